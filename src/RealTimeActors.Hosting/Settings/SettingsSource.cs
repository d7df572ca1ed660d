using Microsoft.Extensions.Configuration;
using RealTimeActors.Hocon;
using RealTimeActors.Hocon.Configuration;

namespace RealTimeActors.Hosting.Settings;

/// <summary>Where the configuration comes from: a file (HOCON, JSON or .properties), and what is set on the command line on top of it.</summary>
public static class SettingsSource
{
    /// <summary>What problems name as the place of what was set on the command line.</summary>
    internal const string CommandLine = "--set";

    /// <summary>Reads the file (where there is one), puts the settings of the command line over it, and resolves both together.</summary>
    /// <param name="file">Path of the file; null: none.</param>
    /// <param name="sets">
    /// Each <c>path=value</c>. A value that begins with <c>{</c>, <c>[</c> or a quote, or holds <c>${…}</c>, is HOCON; <c>null</c> is no value; every other one is
    /// the text as it stands. It replaces what the file says there as a whole, also lists and objects.
    /// </param>
    /// <param name="environment">What <c>${NAME}</c> finds that the configuration does not have; null: the environment of the process.</param>
    /// <exception cref="SettingsException">A file that cannot be read, or a setting that is not <c>path=value</c>.</exception>
    public static IConfiguration Load(string? file, IEnumerable<string> sets, Func<string, string?>? environment = null)
    {
        var root = UnderOneRoof(Resolve(file, sets, environment));
        try
        {
            return new ConfigurationBuilder().AddHocon(root).Build();
        }
        catch (HoconException bad)
        {
            throw Told(bad);
        }
    }

    /// <summary>The same, before anything is said about what may stand in it.</summary>
    /// <param name="file">Path of the file; null: none.</param>
    /// <param name="sets">Each <c>path=value</c>.</param>
    /// <param name="environment">What <c>${NAME}</c> finds that the configuration does not have; null: the environment of the process.</param>
    /// <exception cref="SettingsException">A file that cannot be read, or a setting that is not <c>path=value</c>.</exception>
    public static HoconObject Resolve(string? file, IEnumerable<string> sets, Func<string, string?>? environment = null)
    {
        ArgumentNullException.ThrowIfNull(sets);
        var options = environment is null ? HoconOptions.WithEnvironment() : new HoconOptions { Environment = environment };
        try
        {
            var document = new HoconDocument(options);
            if (file is not null)
                document.AddFile(file);

            foreach (var set in sets)
                Set(document, set);

            return document.Resolve();
        }
        catch (HoconException bad)
        {
            throw Told(bad);
        }
    }

    /// <summary>Where the value of a path, or of the first key below it, comes from; null where that is not known.</summary>
    internal static string? SourceOf(IConfiguration configuration, string path) =>
        configuration.OriginOf(path.Replace('.', ':')) switch
        {
            { File: CommandLine } => CommandLine,
            var origin => origin?.ToString(),
        };

    private static SettingsException Told(HoconException bad) => new([bad.File == CommandLine ? $"{CommandLine}: {bad.Problem}." : $"{bad.Message}."]);

    private static HoconObject UnderOneRoof(HoconObject root)
    {
        foreach (var (key, value) in root)
        {
            if (key != SettingsReader.SectionName)
                throw new SettingsException([$"{value.Origin}: everything stands under \"{SettingsReader.SectionName}\"; \"{key}\" stands beside it."]);
        }

        return root;
    }

    private static void Set(HoconDocument document, string set)
    {
        var (path, value) = Split(set);
        if (!IsHocon(value))
        {
            document.SetText(path, value.Trim(), CommandLine);
            return;
        }

        try
        {
            document.Set(path, value, CommandLine);
        }
        catch (HoconException bad)
        {
            // Not the value itself: it may be a secret.
            throw new SettingsException([$"{CommandLine} {path}: {bad.Problem} (character {bad.Column} of the value)."]);
        }
    }

    private static bool IsHocon(string value) => value.Trim() is ['{' or '[' or '"', ..] or "null" || value.Contains("${", StringComparison.Ordinal);

    private static (HoconPath Path, string Value) Split(string set)
    {
        var equals = EqualsOf(set);
        var dotted = equals < 0 ? "" : set[..equals];
        try
        {
            if (dotted.Length > 0 && HoconPath.Parse(dotted) is { Count: > 1 } path && path[0] == SettingsReader.SectionName)
                return (path, set[(equals + 1)..]);
        }
        catch (HoconException bad)
        {
            throw new SettingsException([$"{CommandLine} {dotted}: {bad.Problem}."]);
        }

        throw new SettingsException([$"{CommandLine}{(equals < 0 ? "" : " " + dotted)}: a setting under {SettingsReader.SectionName} is expected, as {CommandLine} {SettingsReader.SectionName}.http.port=8081."]);
    }

    /// <summary>Where the path ends: the first equals sign that is not in quotes.</summary>
    private static int EqualsOf(string set)
    {
        var isQuoted = false;
        for (var i = 0; i < set.Length; i++)
        {
            if (set[i] == '"')
                isQuoted = !isQuoted;
            else if (set[i] == '=' && !isQuoted)
                return i;
        }

        return -1;
    }
}

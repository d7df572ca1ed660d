using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace RealTimeActors.Hosting.Settings;

/// <summary>Reads what an application says about its node, in its configuration and in code, by the rules of the server's own configuration.</summary>
internal static class ApplicationSettings
{
    /// <summary>The source of what the application says in code.</summary>
    internal const string InCode = "in code";

    /// <summary>What the server decides with these, the application around the node has decided already.</summary>
    private static readonly (string Key, string Instead)[] _serverOnly =
    [
        ("http.host", "the application listens where it says itself (ASPNETCORE_URLS, Kestrel:Endpoints)"),
        ("http.port", "the application listens where it says itself (ASPNETCORE_URLS, Kestrel:Endpoints)"),
        ("http.tls", "the application's own certificate counts (Kestrel:Certificates)"),
        ("log", "the application's own logging counts (Logging:LogLevel:RealTimeActors)"),
        ("telemetry", "the application's own OpenTelemetry counts; add the meter and the source RealTimeActors to it"),
        ("machine-figures", "only the server publishes the figures of its machine"),
    ];

    /// <summary>Reads and checks everything.</summary>
    /// <param name="configuration">The application's, or its section <c>realtime</c>.</param>
    /// <param name="options">What was said in code: it goes over the configuration.</param>
    /// <param name="contentRoot">What a relative data directory is relative to.</param>
    /// <exception cref="SettingsException">Something is wrong; it says all that is.</exception>
    internal static ServerSettings Read(IConfiguration configuration, RealTimeActorsOptions options, string contentRoot)
    {
        var values = Flatten(configuration);
        var inCode = new SortedSet<string>(StringComparer.OrdinalIgnoreCase);
        var problems = Put(options, values, inCode);
        var merged = new ConfigurationBuilder().AddInMemoryCollection(values).Build();
        var log = new ReadLog(path => inCode.Any(key => IsAtOrBelow(key, path)) ? InCode : SettingsSource.SourceOf(configuration, path));
        foreach (var (key, what) in problems)
            log.Problem(key, what);

        var settings = SettingsReader.Read(merged, log, options.MergeRules);
        var section = merged.GetSection(SettingsReader.SectionName);
        foreach (var (key, instead) in _serverOnly.Where(only => section.GetSection(only.Key.Replace('.', ':')).Exists()))
            log.Problem($"{SettingsReader.SectionName}.{key}", $"this key is for the server; in an application {instead}");

        if (options.UseAspNetIdentity && section.GetSection("auth:mode").Value is { } mode)
            log.Problem($"{SettingsReader.SectionName}.auth.mode", $"nothing is expected, because the application's own authentication says who asks (UseAspNetIdentity); '{mode}' came");

        return log.Problems.Count == 0
            ? settings with
            {
                DataDirectory = Path.GetFullPath(settings.DataDirectory, contentRoot),
                IsInApplication = true,

                // Where it listens is not known here. Whoever is asked who he is needs no leave for all pages of this machine; otherwise only this machine gets here at all.
                Edge = settings.Edge with { ListensOnLoopback = settings.Jwt is null && !options.UseAspNetIdentity },
            }
            : throw new SettingsException(log.Problems);
    }

    private static SortedDictionary<string, string?> Flatten(IConfiguration configuration)
    {
        var section = configuration is IConfigurationSection { Key: SettingsReader.SectionName } own ? own : configuration.GetSection(SettingsReader.SectionName);
        var values = new SortedDictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (path, value) in section.AsEnumerable(makePathsRelative: true).Where(pair => pair.Key.Length > 0))
            values[$"{SettingsReader.SectionName}:{path}"] = value;

        return values;
    }

    /// <summary>Puts what was said in code over the configuration. Lists of both are joined, those of the code first.</summary>
    private static List<(string Key, string What)> Put(RealTimeActorsOptions options, SortedDictionary<string, string?> values, SortedSet<string> inCode)
    {
        var problems = new List<(string, string)>();
        foreach (var (key, value) in options.Values())
        {
            if (key.StartsWith(SettingsReader.SectionName + ".", StringComparison.Ordinal))
                Put(key.Replace('.', ':'), value, values, inCode);
            else
                problems.Add((key, $"a key is expected to begin with '{SettingsReader.SectionName}.'"));
        }

        Shift($"{SettingsReader.SectionName}:channels", options.Channels.Count, values);
        for (var i = 0; i < options.Channels.Count; i++)
        {
            foreach (var (key, value) in options.Channels[i].Values())
                Put($"{SettingsReader.SectionName}:channels:{i}:{key}", value, values, inCode);
        }

        Shift($"{SettingsReader.SectionName}:http:origins", options.Origins.Count, values);
        for (var i = 0; i < options.Origins.Count; i++)
            Put($"{SettingsReader.SectionName}:http:origins:{i}", options.Origins[i], values, inCode);

        return problems;
    }

    /// <summary>Makes room at the beginning of a list.</summary>
    private static void Shift(string list, int places, SortedDictionary<string, string?> values)
    {
        if (places == 0)
            return;

        // An empty list of the configuration has a value of its own, which would stand against the entries that come now.
        values.Remove(list);
        var entries = values.Where(pair => pair.Key.StartsWith(list + ":", StringComparison.OrdinalIgnoreCase)).ToArray();
        foreach (var (key, _) in entries)
            values.Remove(key);

        foreach (var (key, value) in entries)
        {
            var rest = key[(list.Length + 1)..].Split(':', 2);
            var index = int.TryParse(rest[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? (number + places).ToString(CultureInfo.InvariantCulture) : rest[0];
            values[rest.Length == 1 ? $"{list}:{index}" : $"{list}:{index}:{rest[1]}"] = value;
        }
    }

    private static void Put(string path, string value, SortedDictionary<string, string?> values, SortedSet<string> inCode)
    {
        foreach (var below in values.Keys.Where(key => key.StartsWith(path + ":", StringComparison.OrdinalIgnoreCase)).ToList())
            values.Remove(below);

        values[path] = value;
        inCode.Add(path.Replace(':', '.'));
    }

    private static bool IsAtOrBelow(string key, string path) =>
        key.StartsWith(path, StringComparison.OrdinalIgnoreCase) && (key.Length == path.Length || key[path.Length] == '.');
}

using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace RealTimeActors.Hosting.Settings;

/// <summary>Where the configuration comes from: a file, and what is set on the command line on top of it.</summary>
/// <remarks>Until HOCON is read, the file is JSON with comments, which is HOCON too.</remarks>
public static class SettingsSource
{
    /// <summary>Under this section the configuration remembers where each value came from, so that a problem can name the place.</summary>
    internal const string Section = "$source";

    /// <summary>Reads the file (where there is one) and puts the settings of the command line over it.</summary>
    /// <param name="file">Path of the file; null: none.</param>
    /// <param name="sets">Each <c>path=value</c>; the value may be JSON for lists and objects, which replace what the file says there as a whole.</param>
    /// <exception cref="SettingsException">A file that cannot be read, or a setting that is not <c>path=value</c>.</exception>
    public static IConfiguration Load(string? file, IEnumerable<string> sets)
    {
        ArgumentNullException.ThrowIfNull(sets);
        var values = new SortedDictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        if (file is not null)
            AddFile(file, values);

        foreach (var set in sets)
            AddSet(set, values);

        return new ConfigurationBuilder().AddInMemoryCollection(values).Build();
    }

    /// <summary>Where the value of a path, or of the first key below it, comes from; null where that is not known.</summary>
    internal static string? SourceOf(IConfiguration configuration, string path) =>
        configuration.GetSection(Section).GetChildren().FirstOrDefault(key => IsAtOrBelow(key.Key, path))?.Value;

    private static void AddFile(string file, SortedDictionary<string, string?> values)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(File.ReadAllBytes(file), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        }
        catch (JsonException bad)
        {
            throw new SettingsException([$"{file}, line {bad.LineNumber + 1}: JSON (with // comments) is expected: {bad.Message}"]);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException([$"The configuration file {file} cannot be read: {unreadable.Message}"]);
        }

        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new SettingsException([$"{file}: an object is expected, as {{ \"realtime\": {{ … }} }}."]);

            var strangers = document.RootElement.EnumerateObject().Select(key => key.Name).Where(key => key != SettingsReader.SectionName).ToList();
            if (strangers.Count > 0)
                throw new SettingsException([$"{file}: everything stands under \"{SettingsReader.SectionName}\"; \"{strangers[0]}\" stands beside it."]);

            Flatten("", document.RootElement, file, values);
        }
    }

    private static void AddSet(string set, SortedDictionary<string, string?> values)
    {
        var equals = set.IndexOf('=', StringComparison.Ordinal);
        var dotted = equals < 0 ? set : set[..equals];
        if (equals <= 0 || !dotted.StartsWith(SettingsReader.SectionName + ".", StringComparison.Ordinal))
            throw new SettingsException([$"--set {set}: a setting is expected, as --set realtime.http.port=8081."]);

        var path = dotted.Replace('.', ':');
        var text = set[(equals + 1)..];
        foreach (var below in values.Keys.Where(key => IsAtOrBelow(key, path) || IsAtOrBelow(key, $"{Section}:{dotted}")).ToList())
            values.Remove(below);

        if (text.TrimStart() is ['{' or '[', ..])
        {
            try
            {
                using var document = JsonDocument.Parse(text, new JsonDocumentOptions { AllowTrailingCommas = true });
                Flatten(path, document.RootElement, "--set", values);
            }
            catch (JsonException bad)
            {
                throw new SettingsException([$"--set {set}: JSON is expected where the value begins with {text.TrimStart()[0]}: {bad.Message}"]);
            }
        }
        else
        {
            Put(path, text.Trim('"'), "--set", values);
        }
    }

    private static bool IsAtOrBelow(string key, string path) =>
        key.StartsWith(path, StringComparison.OrdinalIgnoreCase) && (key.Length == path.Length || key[path.Length] is ':' or '.');

    private static void Flatten(string path, JsonElement element, string source, SortedDictionary<string, string?> values)
    {
        switch (element.ValueKind)
        {
            // An empty object or list has no keys below it that would show that its own name is mistyped.
            case JsonValueKind.Object when !element.EnumerateObject().Any():
            case JsonValueKind.Array when element.GetArrayLength() == 0:
                Put(path, null, source, values);
                break;
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                    Flatten(path.Length == 0 ? member.Name : $"{path}:{member.Name}", member.Value, source, values);
                break;
            case JsonValueKind.Array:
                var i = 0;
                foreach (var item in element.EnumerateArray())
                    Flatten($"{path}:{i++}", item, source, values);
                break;
            case JsonValueKind.Null:
                break;
            case JsonValueKind.True or JsonValueKind.False:
                Put(path, element.GetBoolean() ? "true" : "false", source, values);
                break;
            default:
                Put(path, element.ToString(), source, values);
                break;
        }
    }

    private static void Put(string path, string? value, string source, SortedDictionary<string, string?> values)
    {
        values[path] = value;
        values[$"{Section}:{path.Replace(':', '.')}"] = source;
    }
}

using System.Text.Json;
using System.Text.Json.Serialization;

namespace RealTimeActors.Hammer.History;

/// <summary>A history as a file: one entry per line, in JSON.</summary>
internal static class HistoryFile
{
    private static readonly JsonSerializerOptions _options = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault };

    internal static string Line(HistoryEntry entry) => JsonSerializer.Serialize(entry, _options);

    internal static void Write(string file, IEnumerable<HistoryEntry> entries) => File.WriteAllLines(file, entries.Select(Line));

    /// <exception cref="InvalidDataException">A line is none of a history.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    internal static List<HistoryEntry> Read(string file) => [.. File.ReadLines(file).Where(line => line.Length > 0).Select(line => Parse(line, file))];

    private static HistoryEntry Parse(string line, string file)
    {
        try
        {
            return JsonSerializer.Deserialize<HistoryEntry>(line, _options) ?? throw new InvalidDataException($"{file}: an entry is expected; null came.");
        }
        catch (JsonException bad)
        {
            throw new InvalidDataException($"{file}: an entry of a history is expected; '{line}' came: {bad.Message}", bad);
        }
    }
}

using System.Text.Json;

namespace RealTimeActors.Hammer.Links;

/// <summary>The entry as it was seen.</summary>
/// <param name="Version">0: there is none.</param>
/// <param name="Name">The name of the write that made it; empty: there is none.</param>
/// <param name="Count">Its counter.</param>
internal sealed record Seen(long Version, string Name, long Count)
{
    internal static Seen Nothing { get; } = new(0, "", 0);

    /// <summary>The value that the hammer writes.</summary>
    internal static string Value(string name, long count) => $"{{\"by\":\"{name}\",\"n\":{count}}}";

    internal static Seen Of(long version, JsonElement value) => new(version, value.GetProperty("by").GetString()!, value.GetProperty("n").GetInt64());
}

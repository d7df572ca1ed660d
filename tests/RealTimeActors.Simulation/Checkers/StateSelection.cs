using System.Text;
using System.Text.Json;

namespace RealTimeActors.Simulation.Checkers;

/// <summary>What <c>fields</c> leaves of a value, written down apart from the product's own way to find it.</summary>
internal static class StateSelection
{
    /// <summary>The members of these names, as they stand there; what is no object stays whole.</summary>
    /// <param name="value">JSON; empty: the entry is absent.</param>
    /// <param name="fields">Empty: all.</param>
    public static ReadOnlyMemory<byte> Of(ReadOnlyMemory<byte> value, IReadOnlyList<string> fields)
    {
        if (value.IsEmpty || fields.Count == 0)
            return value;

        using var parsed = JsonDocument.Parse(value);
        if (parsed.RootElement.ValueKind != JsonValueKind.Object)
            return value;

        var members = parsed.RootElement.EnumerateObject().Where(member => fields.Contains(member.Name)).Select(member => $"\"{member.Name}\":{member.Value.GetRawText()}");
        return Encoding.UTF8.GetBytes($"{{{string.Join(',', members)}}}");
    }
}

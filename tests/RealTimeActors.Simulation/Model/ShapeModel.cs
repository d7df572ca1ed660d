using System.Text.Json;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Simulation.Model;

/// <summary>
/// What a subscription's own words allow: which events it wants, which may give way to which, what is to be seen of each. Written after the contract, not after the engine.
/// </summary>
internal sealed class ShapeModel(ClientFrame.Subscribe? request)
{
    private readonly Priority _least = request?.Priority ?? Priority.Low;
    private readonly IReadOnlyList<AttributeFilter> _filter = request?.Filter ?? [];
    private readonly IReadOnlyList<string> _fields = request?.Fields ?? [];
    private readonly bool _isByKey = request?.Shape?.Conflate == "key";
    private readonly bool _isByChannel = request?.Shape?.Conflate == "channel";

    /// <summary>The quiet time; 0: none is asked for.</summary>
    public long DebounceMs { get; } = request?.Shape?.DebounceMs ?? 0;

    /// <summary>The longest that debounce may hold one back.</summary>
    public long DebounceMaxMs => request?.Shape?.DebounceMaxMs is > 0 and var max ? max : 10 * DebounceMs;

    /// <summary>At most so many in any second; null: no limit.</summary>
    public long? MaxPerSecond { get; } = request?.Shape?.MaxPerSecond is > 0 and var max ? max : null;

    /// <summary>How long what came first waits for others; 0: not at all.</summary>
    public long BatchMs { get; } = request?.Shape?.BatchMs ?? 0;

    public bool IsInOrder { get; } = request?.Order == DeliveryOrder.Offset;

    /// <summary>Whether it keeps only the newest of each key while it is behind.</summary>
    public bool KeepsNewestWhileBehind { get; } = request?.Overflow == OverflowPolicy.Conflate;

    /// <summary>Which fields are wanted, in one word.</summary>
    public string Fields { get; } = string.Join(',', request?.Fields ?? []);

    public bool IsWanted(ChannelEvent e) => e.Priority <= _least && _filter.All(condition => Matches(condition, e));

    /// <summary>Neither debounce nor conflation touches it. Where none of them is asked for the word means nothing.</summary>
    public bool IsImmediate(ChannelEvent e) => (DebounceMs > 0 || _isByKey || _isByChannel) && request!.Shape!.Immediate.Contains(e.Type);

    /// <summary>Whether an event that is wanted may be left out because of the newer one.</summary>
    /// <param name="wasBehind">It was told that it is behind, and asked for the newest of each key then.</param>
    public bool MayGiveWay(ChannelEvent older, ChannelEvent newer, bool wasBehind)
    {
        if (newer.Offset <= older.Offset || !IsWanted(newer) || IsImmediate(older) || IsImmediate(newer))
            return false;

        if (_isByChannel || (DebounceMs > 0 && ScopeOf(older) == ScopeOf(newer)))
            return true;

        return (_isByKey || wasBehind) && older.Key == newer.Key && (older.Key is not null || wasBehind);
    }

    /// <summary>Whether an older one may be left out because of this one, of one that was not told that it is behind. Of most there is none, and the log need not be looked through.</summary>
    public bool MayStandForOlder(ChannelEvent newer) => (_isByChannel || DebounceMs > 0 || (_isByKey && newer.Key is not null)) && IsWanted(newer) && !IsImmediate(newer);

    /// <summary>Whose quiet time is the same.</summary>
    public string ScopeOf(ChannelEvent e) => _isByKey ? e.Key ?? "" : "";

    /// <summary>Events of one line leave in the order of their offsets: those of a lane; where debounce holds back, those of a scope, and the immediate ones.</summary>
    public string LineOf(ChannelEvent e)
    {
        if (IsInOrder)
            return "";

        if (DebounceMs == 0)
            return e.Priority.ToString();

        return IsImmediate(e) ? $"{e.Priority}!" : $"{e.Priority}/{ScopeOf(e)}";
    }

    /// <summary>Whether this is what was to be seen of the data.</summary>
    public bool IsViewOf(ReadOnlyMemory<byte> seen, ReadOnlyMemory<byte> data)
    {
        if (_fields.Count == 0)
            return seen.Span.SequenceEqual(data.Span);

        using var whole = JsonDocument.Parse(data);
        using var part = JsonDocument.Parse(seen);
        return part.RootElement.EnumerateObject().Select(Text).SequenceEqual(whole.RootElement.EnumerateObject().Where(field => _fields.Contains(field.Name)).Select(Text));
    }

    private static (string Name, string Value) Text(JsonProperty field) => (field.Name, field.Value.GetRawText());

    private static bool Matches(AttributeFilter condition, ChannelEvent e)
    {
        var value = condition.Attribute switch
        {
            "type" => e.Type,
            "key" => e.Key,
            "source" => e.Source,
            _ => throw new NotSupportedException($"No subscription of a run filters by {condition.Attribute}."),
        };
        return value is not null && condition.Values.Any(wanted => wanted[^1] == '*' ? value.StartsWith(wanted[..^1], StringComparison.Ordinal) : value == wanted);
    }
}

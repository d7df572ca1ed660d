namespace RealTimeActors.Hammer.History;

/// <summary>One line of a history.</summary>
internal sealed record HistoryEntry
{
    internal const string Invoke = "invoke";
    internal const string Ok = "ok";
    internal const string Fail = "fail";
    internal const string Unknown = "unknown";
    internal const string Read = "read";
    internal const string CompareAndSet = "cas";

    /// <summary>What the log has at an offset.</summary>
    internal const string Log = "log";

    /// <summary>The entry after everything.</summary>
    internal const string Final = "final";

    public string Process { get; init; } = "";

    public long Operation { get; init; }

    public required string Kind { get; init; }

    public required string Phase { get; init; }

    /// <summary>Nanoseconds of the machine's monotonic clock.</summary>
    public long At { get; init; }

    /// <summary>Of a compare-and-set: the version that it must meet.</summary>
    public long? IfVersion { get; init; }

    /// <summary>Of a compare-and-set that begins: what was read at that version; empty: there was no entry.</summary>
    public string? Reads { get; init; }

    /// <summary>Of a compare-and-set: the name of the write, which stands in the value.</summary>
    public string? Writes { get; init; }

    /// <summary>The version that is seen or made; 0: no entry.</summary>
    public long? Version { get; init; }

    /// <summary>The name of the write that is seen; empty: no entry.</summary>
    public string? Value { get; init; }

    /// <summary>The counter in the value.</summary>
    public long? Count { get; init; }

    public long? Offset { get; init; }

    /// <summary>Whether the server had decided it before: a repeat under the same mutation id.</summary>
    public bool? Duplicate { get; init; }

    /// <summary>For people.</summary>
    public string? Note { get; init; }
}

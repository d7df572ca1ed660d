namespace RealTimeActors.Client.Machine.State;

/// <summary>An edit of one keyed value that the server has not answered yet. What is kept of it over a restart of the process, and what goes out, however often, is this and nothing else.</summary>
public sealed record PendingMutation
{
    /// <summary>Whose state.</summary>
    public required string Channel { get; init; }

    /// <summary>Which of its entries.</summary>
    public required string Key { get; init; }

    /// <summary><c>merge</c>, <c>set</c>, <c>delete</c>, <c>increment</c>, <c>add</c> or <c>remove</c>.</summary>
    public required string Operation { get; init; }

    /// <summary>The operation's value, compact JSON; empty for <c>delete</c>.</summary>
    public ReadOnlyMemory<byte> Value { get; init; }

    /// <summary>Demanded by the application: the version must still be this one; 0: the key must be absent.</summary>
    public long? IfVersion { get; init; }

    /// <summary>The confirmed version that it was made on; 0: there was none. null: it was not known.</summary>
    public long? BaseVersion { get; init; }

    /// <summary>Who made it: the same over every restart of the process.</summary>
    public required string Producer { get; init; }

    /// <summary>1, 2, 3 … of its producer, in the order in which they were made.</summary>
    public required long Number { get; init; }

    /// <summary>When it was made, by a hybrid clock: later than every one before it. null: the client has no clock, and the server's counts.</summary>
    public long? TimeUnixMs { get; init; }

    /// <summary>By this the server recognises a repeat.</summary>
    public string MutationId => FormattableString.Invariant($"{Producer}:{Number}");
}

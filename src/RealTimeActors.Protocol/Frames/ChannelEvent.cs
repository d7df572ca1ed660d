namespace RealTimeActors.Protocol.Frames;

/// <summary>An event as it stands in its channel's log and on every wire. Never changes once it was accepted.</summary>
public sealed record ChannelEvent
{
    public required string Channel { get; init; }

    /// <summary>1, 2, 3 … without holes within the channel's log.</summary>
    public required long Offset { get; init; }

    /// <summary>The publisher's <c>messageId</c>, or else <c>epoch-offset</c>.</summary>
    public required string Id { get; init; }
    public required string Type { get; init; }

    /// <summary>When the channel accepted it, Unix milliseconds; never before its predecessor's.</summary>
    public required long TimeUnixMs { get; init; }
    public Priority Priority { get; init; } = Priority.Normal;
    public string? Key { get; init; }
    public string? Source { get; init; }
    public string? User { get; init; }
    public string? CorrelationId { get; init; }

    /// <summary>The session that published it, where one did.</summary>
    public string? Session { get; init; }

    /// <summary>The JSON value, compact UTF-8.</summary>
    public required ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>32 bytes (PROTOCOL.md, "The hash"), or empty on an ephemeral channel.</summary>
    public ReadOnlyMemory<byte> Hash { get; init; }

    /// <summary>Milliseconds after <see cref="TimeUnixMs"/> at which the event is no longer delivered; 0: never. Not on the wire.</summary>
    public long TtlMs { get; init; }
}

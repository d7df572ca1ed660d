using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Integrity;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Channels;

/// <summary>What somebody wants to publish, checked for syntax and size already.</summary>
public sealed record Publication
{
    public required string Type { get; init; }

    /// <summary>The JSON value, compact UTF-8, at most the frame limit.</summary>
    public required ReadOnlyMemory<byte> Data { get; init; }
    public string? MessageId { get; init; }
    public string? Key { get; init; }
    public Priority Priority { get; init; } = Priority.Normal;
    public string? Source { get; init; }
    public string? CorrelationId { get; init; }

    /// <summary>Milliseconds; 0: lives for ever.</summary>
    public long TtlMs { get; init; }

    /// <summary>Who publishes; null where nobody is authenticated.</summary>
    public string? User { get; init; }

    /// <summary>The publishing session, where there is one.</summary>
    public string? Session { get; init; }

    /// <summary>The idempotent producer, or null.</summary>
    public string? ProducerId { get; init; }
    public long ProducerSequence { get; init; }

    /// <summary>A digest over everything that makes the payload, so that a repeat with another payload is seen.</summary>
    internal byte[] ComputeDigest()
    {
        var digest = new byte[PayloadDigest.Bytes];
        PayloadDigest.Compute(Type, Data.Span, Key, Priority, MessageId, Source, CorrelationId, TtlMs, digest);
        return digest;
    }

    /// <summary>The event that this becomes.</summary>
    internal ChannelEvent ToEvent(ChannelName channel, string epoch, long offset, long timeUnixMs, ReadOnlyMemory<byte> hash = default) => new()
    {
        Channel = channel.Value,
        Offset = offset,
        Id = MessageId ?? ChannelFormat.DefaultId(epoch, offset),
        Type = Type,
        TimeUnixMs = timeUnixMs,
        Priority = Priority,
        Key = Key,
        Source = Source,
        User = User,
        CorrelationId = CorrelationId,
        Session = Session,
        TtlMs = TtlMs,
        Data = Data,
        Hash = hash,
    };
}

using RealTimeActors.Actors;

namespace RealTimeActors.Sharding.Links;

/// <summary>What a <see cref="LinkActor"/> is made with.</summary>
public sealed record LinkOptions
{
    /// <summary>The other node, in this life of it.</summary>
    public required string Peer { get; init; }

    /// <summary>How messages become bytes.</summary>
    public required IMessageCodec Codec { get; init; }

    /// <summary>The actors of this node that others know by name.</summary>
    public required IReadOnlyList<WellKnownActor> WellKnown { get; init; }

    /// <summary>Those of the other nodes.</summary>
    public required NodeActorsRef Others { get; init; }

    /// <summary>Answers who asked something that will not be answered.</summary>
    public required Undelivered Undelivered { get; init; }

    /// <summary>Who is told how the link stands.</summary>
    public required IActorRef<LinkReport> Owner { get; init; }

    /// <summary>The way to the other node.</summary>
    public required INodeDialer Dialer { get; init; }

    /// <summary>Whether this side connects; the other one only listens, and asks whether anybody is there when the connection has ended.</summary>
    public required bool IsDialer { get; init; }

    /// <summary>A sign of life is sent after so long without anything else. Default 250 ms.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>A connection on which nothing came for so long has ended. Default 1.5 s.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromMilliseconds(1_500);

    /// <summary>The pause between two tries to connect; it grows to ten times that. Default 100 ms.</summary>
    public TimeSpan RedialPause { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest message, bytes: one more than the longest state, in one piece. A longer one is undelivered. Default 48 MiB.</summary>
    public int MessageBytesMax { get; init; } = 48 << 20;

    /// <summary>A batch of frames is sent when it has so many bytes, also in the middle of a run. Default 64 KiB.</summary>
    public int BatchBytes { get; init; } = 64 << 10;

    /// <summary>Simulation only.</summary>
    internal PlantedShardBug Bug { get; init; }
}

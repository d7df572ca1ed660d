using RealTimeActors.Engine.Channels;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Inspection;

/// <summary>How a channel stands.</summary>
/// <param name="Channel">Its name.</param>
/// <param name="Settings">How it is to behave.</param>
/// <param name="Subscribers">Live subscriptions on this node.</param>
public sealed record ChannelView(ChannelName Channel, ChannelSettings Settings, int Subscribers)
{
    /// <summary>The present life of its log; null: it did not answer in time, and neither are the others known.</summary>
    public string? Epoch { get; init; }

    /// <summary>The oldest offset that can still be read (head + 1 where nothing can).</summary>
    public long? First { get; init; }

    /// <summary>The newest offset; 0: nothing was published.</summary>
    public long? Head { get; init; }
}

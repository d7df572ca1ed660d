using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Connections;

/// <summary>An event on its way to a client once more.</summary>
internal sealed class Redelivery(Connection connection, ChannelName channel, string epoch, long offset, int attempt)
{
    internal Connection Connection { get; } = connection;

    internal ChannelName Channel { get; } = channel;

    internal string Epoch { get; } = epoch;

    internal long Offset { get; } = offset;

    internal int Attempt { get; } = attempt;

    /// <summary>The event, once it is at hand.</summary>
    internal ChannelEvent? Event { get; set; }

    /// <summary>Whether the channel was asked for it.</summary>
    internal bool IsReading { get; set; }
}

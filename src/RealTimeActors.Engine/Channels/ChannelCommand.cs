using RealTimeActors.Actors;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Channels;

/// <summary>What a channel can be asked by its users. Answered by <see cref="ChannelReply"/> with the same tag.</summary>
public abstract record ChannelCommand(ChannelName Channel)
{
    /// <summary>Publish one event, or several as one atomic append. Answered by <see cref="ChannelReply.Published"/> (once accepted, persisted or delivered, as
    /// asked for) or <see cref="ChannelReply.Refused"/>; by nothing with <see cref="Confirm.None"/>.</summary>
    public sealed record Publish(
        ChannelName Channel, IReadOnlyList<Publication> Publications, Confirm Confirm, object? Tag, IActorRef<ChannelReply> ReplyTo) : ChannelCommand(Channel)
    {
        /// <summary>With <see cref="Confirm.Delivered"/>: how many sessions must have acked; 0: all that were online.</summary>
        public long DeliveredCount { get; init; }

        /// <summary>How long to wait for them; zero: the configured default.</summary>
        public TimeSpan DeliveredTimeout { get; init; }
    }

    /// <summary>Read a page of committed events. Answered by <see cref="ChannelReply.EventsRead"/> or <see cref="ChannelReply.Refused"/>.</summary>
    public sealed record Read(ChannelName Channel, From From, int Limit, object? Tag, IActorRef<ChannelReply> ReplyTo) : ChannelCommand(Channel);

    /// <summary>Answered by <see cref="ChannelReply.Stats"/>.</summary>
    public sealed record ReadStats(ChannelName Channel, object? Tag, IActorRef<ChannelReply> ReplyTo) : ChannelCommand(Channel);
}

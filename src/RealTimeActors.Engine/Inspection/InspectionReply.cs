using RealTimeActors.Protocol;

namespace RealTimeActors.Engine.Inspection;

/// <summary>What a node tells of itself: a picture of a moment, put together from answers that did not all come at once.</summary>
public abstract record InspectionReply
{
    private InspectionReply() { }

    /// <summary>Channels by name.</summary>
    /// <param name="Items">At most as many as were asked for; possibly fewer, even none, although there are more.</param>
    /// <param name="Next">Give it as <c>After</c> of the next page; null: that was all.</param>
    public sealed record Channels(IReadOnlyList<ChannelView> Items, string? Next) : InspectionReply;

    /// <summary>Sessions: first those that are connected, then those that are away, each by id.</summary>
    /// <param name="Items">At most as many as were asked for; possibly fewer, even none, although there are more.</param>
    /// <param name="Next">Where the next page begins; null: that was all.</param>
    public sealed record Sessions(IReadOnlyList<SessionView> Items, SessionCursor? Next) : InspectionReply
    {
        /// <summary>The channel, where the followers of one were asked for.</summary>
        public ChannelView? Of { get; init; }
    }

    /// <summary>What became of <see cref="InspectionCommand.EndSession"/>.</summary>
    /// <param name="Existed">Whether there was such a session.</param>
    public sealed record Ended(bool Existed) : InspectionReply;

    /// <summary>How much there is on this node.</summary>
    /// <param name="LiveConnections">Live connections.</param>
    /// <param name="ActiveSessions">Sessions in memory: those that are connected, and those that were until a moment ago.</param>
    /// <param name="ActiveChannels">Channels in memory: those in use, and those that were until a moment ago.</param>
    public sealed record Node(int LiveConnections, int ActiveSessions, int ActiveChannels) : InspectionReply;

    /// <summary>It was not done.</summary>
    public sealed record Refused(ErrorCode Code, string Message) : InspectionReply;
}

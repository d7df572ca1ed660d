using RealTimeActors.Actors;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Presence;

/// <summary>What the presence of a channel answers and tells.</summary>
public abstract record PresenceReply(ChannelName Channel, object? Tag)
{
    /// <summary>Who is there.</summary>
    /// <param name="Channel">Where.</param>
    /// <param name="Tag">Of the question.</param>
    /// <param name="Count">How many, in all.</param>
    /// <param name="Members">Those of this page, in the order of their session ids.</param>
    /// <param name="NextKey">What the next page is asked for with; null: this was the last.</param>
    public sealed record Page(ChannelName Channel, object? Tag, long Count, IReadOnlyList<Member> Members, string? NextKey) : PresenceReply(Channel, Tag);

    /// <summary>He is here, with this state.</summary>
    internal sealed record Taken(ChannelName Channel, object? Tag) : PresenceReply(Channel, Tag);

    /// <summary>He is not.</summary>
    internal sealed record Refused(ChannelName Channel, object? Tag, ErrorCode Code, string Message) : PresenceReply(Channel, Tag);

    /// <summary>What edges have been told, as a whole: the next <see cref="Changed"/> goes on from it.</summary>
    /// <param name="Channel">Where.</param>
    /// <param name="Actor">Who will tell: with it ends what is known.</param>
    /// <param name="Version">A number that grows with each change that is told.</param>
    /// <param name="Members">Everybody; null: there are too many to be listed.</param>
    /// <param name="Count">How many.</param>
    internal sealed record Roster(ChannelName Channel, IActorRef Actor, long Version, IReadOnlyList<Member>? Members, long Count) : PresenceReply(Channel, null);

    /// <summary>What changed.</summary>
    /// <param name="Channel">Where.</param>
    /// <param name="Actor">Who tells.</param>
    /// <param name="Version">Follows on the one before: else something was lost on the way.</param>
    /// <param name="News">The change itself.</param>
    internal sealed record Changed(ChannelName Channel, IActorRef Actor, long Version, PresenceNews News) : PresenceReply(Channel, null);
}

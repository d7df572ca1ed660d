using RealTimeActors.Actors;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Patterns;

/// <summary>What the directory of channels is told: by channels about themselves, by edges about the patterns that are followed there.</summary>
internal abstract record DirectoryCommand
{
    private DirectoryCommand() { }

    /// <summary>A channel has events up to <paramref name="Head"/>, or its first subscriber, and will not tell of the next: whoever wants those joins it.</summary>
    internal sealed record Stirred(ChannelName Channel, bool IsDurable, string Epoch, long Head) : DirectoryCommand;

    /// <summary>A channel stands at its head and tells of its next event first.</summary>
    internal sealed record Rested(ChannelName Channel, bool IsDurable, string Epoch, long Head) : DirectoryCommand;

    /// <summary>A channel has ended, and nothing of it is left.</summary>
    internal sealed record Ended(ChannelName Channel) : DirectoryCommand;

    /// <summary>From now on tell this edge of the pattern's channels. Again does no harm. Answered by <see cref="DirectoryReply.Followed"/>.</summary>
    internal sealed record Follow(ChannelPattern Pattern, IActorRef<DirectoryReply> Edge) : DirectoryCommand;

    /// <summary>Nobody at this edge follows the pattern any more.</summary>
    internal sealed record Unfollow(ChannelPattern Pattern, IActorRef<DirectoryReply> Edge) : DirectoryCommand;

    /// <summary>Which channels does the pattern mean? A page of them, by name, from <paramref name="From"/> on. Answered by <see cref="DirectoryReply.Page"/>.</summary>
    internal sealed record ReadPage(ChannelPattern Pattern, string From, object? Tag, IActorRef<DirectoryReply> Edge) : DirectoryCommand;

    /// <summary>The publishers of these events, just committed, want to know who acks them: every edge that follows the channel by a pattern is told (<see cref="DirectoryReply.Watched"/>), and the channel which
    /// edges these are (<see cref="ChannelCommand.FollowedByPatterns"/>). Where the channel rested nobody else knows.</summary>
    internal sealed record Watch(ChannelStanding Channel, IReadOnlyList<Watched> Events) : DirectoryCommand;

    /// <summary>The edge has heard of everything up to this position. Where that is not all it was told, it is told again: <see cref="DirectoryReply.Changes"/>. A directory that does not know the
    /// edge, because it has begun anew, or knows it with another number of patterns than are followed there, because a word of it was lost with a link, says so: <see cref="DirectoryReply.Unknown"/>.</summary>
    internal sealed record Check(string Life, long Position, int Patterns, IActorRef<DirectoryReply> Edge) : DirectoryCommand;
}

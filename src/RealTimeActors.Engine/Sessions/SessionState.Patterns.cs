using System.Collections.Immutable;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Sessions;

/// <content>Patterns, and the cursors of the channels that came by them: each belongs to the most specific pattern that means its channel.</content>
internal sealed partial record SessionState
{
    /// <summary>The most specific first.</summary>
    internal ImmutableSortedDictionary<ChannelPattern, SessionPattern> Patterns { get; private init; } = ImmutableSortedDictionary<ChannelPattern, SessionPattern>.Empty;

    /// <summary>The pattern by which a channel is followed, if by none else; null: none means it.</summary>
    internal SessionPattern? PatternOf(ChannelName channel)
    {
        foreach (var (_, pattern) in Patterns)
        {
            if (pattern.Means(channel))
                return pattern;
        }

        return null;
    }

    private bool IsByPattern(ChannelName channel) => Subscriptions.TryGetValue(channel, out var subscription) && subscription.IsByPattern;

    /// <summary>An exact subscription that ends leaves its cursor to the pattern which goes on with the channel. One that came by a pattern ends with that.</summary>
    private SessionState Unsubscribe(ChannelName channel)
    {
        if (!Subscriptions.TryGetValue(channel, out var subscription) || subscription.IsByPattern)
            return this;

        return PatternOf(channel) is { } pattern
            ? this with { Subscriptions = Subscriptions.SetItem(channel, subscription with { IsByPattern = true, Options = pattern.OptionsOf(subscription.IsDurable), NeedsSnapshot = false, BeginsAnew = false }) }
            : this with { Subscriptions = Subscriptions.Remove(channel) };
    }

    private SessionState Follow(SessionPattern pattern)
    {
        var followed = this with { Patterns = Patterns.SetItem(pattern.Pattern, pattern) };
        if (Patterns.TryGetValue(pattern.Pattern, out var former) && ReferenceEquals(former.Options, pattern.Options) && former.LeftOut.Count == pattern.LeftOut.Count)
            return followed;

        return followed with { Subscriptions = followed.Reassigned(pattern.Pattern) };
    }

    private SessionState Unfollow(ChannelPattern pattern)
    {
        var left = this with { Patterns = Patterns.Remove(pattern) };
        return left with { Subscriptions = left.Reassigned(pattern) };
    }

    /// <summary>A pattern has come, gone or changed: its channels are those of the one that is the most specific now, or nobody's.</summary>
    private ImmutableSortedDictionary<ChannelName, SessionSubscription> Reassigned(ChannelPattern pattern)
    {
        var subscriptions = Subscriptions.ToBuilder();
        foreach (var (channel, subscription) in Subscriptions)
        {
            if (!subscription.IsByPattern || !pattern.Matches(channel))
                continue;

            if (PatternOf(channel) is not { } owner)
                subscriptions.Remove(channel);
            else if (owner.OptionsOf(subscription.IsDurable) is var options && !ReferenceEquals(options, subscription.Options))
                subscriptions[channel] = subscription with { Options = options };
        }

        return subscriptions.ToImmutable();
    }

    private ImmutableSortedDictionary<ChannelName, SessionSubscription> Announce(IReadOnlyList<SessionSubscription> channels)
    {
        var subscriptions = Subscriptions.ToBuilder();
        foreach (var channel in channels)
        {
            var isExact = subscriptions.TryGetValue(channel.Channel, out var known) && !known.IsByPattern;
            if (!isExact && PatternOf(channel.Channel) is { } owner)
                subscriptions[channel.Channel] = WithNacked(channel) with { IsByPattern = true, Options = owner.OptionsOf(channel.IsDurable) };
        }

        return subscriptions.ToImmutable();
    }
}

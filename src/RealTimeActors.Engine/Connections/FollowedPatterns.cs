using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Connections;

/// <summary>The patterns of one connection, the channels that rest, and how many of its subscriptions came by a pattern. Only connections with patterns have it.</summary>
internal sealed class FollowedPatterns
{
    private readonly SortedDictionary<ChannelPattern, Following> _followings = [];

    /// <summary>By channel. In no order: what goes through all of them puts them in order first.</summary>
    private readonly Dictionary<ChannelName, Sleeper> _sleepers = [];

    internal int Count => _followings.Count;

    /// <summary>The most specific first.</summary>
    internal IReadOnlyList<Following> All => [.. _followings.Values];

    /// <summary>Subscriptions of the connection that came by a pattern.</summary>
    internal int Live { get; set; }

    /// <summary>Those of them that were joined in order to catch up, and have not yet: so many at a time.</summary>
    internal int Visits { get; set; }

    /// <summary>Whether the edge has a message on its way to go on with this.</summary>
    internal bool IsGoingOn { get; set; }

    /// <summary>Channels that are followed by patterns.</summary>
    internal int Channels => Live + _sleepers.Count;

    internal int Sleeping => _sleepers.Count;

    internal bool HasWork
    {
        get
        {
            foreach (var following in _followings.Values)
            {
                if (following.Untold.Count > 0 || (following.Next is not null && following.AskedUnixMs is null))
                    return true;
            }

            return false;
        }
    }

    internal void Add(Following following) => _followings.Add(following.Pattern, following);

    internal void Remove(Following following) => _followings.Remove(following.Pattern);

    internal Following? Find(ChannelPattern pattern) => _followings.GetValueOrDefault(pattern);

    /// <summary>The pattern that a channel is followed by: the most specific one.</summary>
    internal Following? OwnerOf(ChannelName channel)
    {
        foreach (var following in _followings.Values)
        {
            if (following.Kept.Means(channel))
                return following;
        }

        return null;
    }

    internal bool TryGetSleeper(ChannelName channel, out Sleeper sleeper) => _sleepers.TryGetValue(channel, out sleeper);

    internal void SetSleeper(ChannelName channel, Sleeper sleeper) => _sleepers[channel] = sleeper;

    internal bool RemoveSleeper(ChannelName channel, out Sleeper sleeper) => _sleepers.Remove(channel, out sleeper);

    /// <summary>The channels at rest that fit, in the order of their names.</summary>
    internal IReadOnlyList<ChannelName> Sleepers(Func<ChannelName, Sleeper, bool> fits) =>
        [.. _sleepers.Where(pair => fits(pair.Key, pair.Value)).Select(pair => pair.Key).Order()];
}

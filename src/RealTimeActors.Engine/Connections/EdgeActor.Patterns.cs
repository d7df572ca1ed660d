using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Patterns;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Connections;

/// <content>Patterns: which are followed here, what the directory tells of their channels, and channels that go to rest because nobody needs them in memory.</content>
internal sealed partial class EdgeActor
{
    /// <summary>Ticks between two questions whether everything was heard that the directory told.</summary>
    private const int TicksPerCheck = 2;

    private readonly PatternIndex<Following> _followings = new();
    private readonly SortedDictionary<ChannelPattern, int> _patternCounts = [];
    private readonly List<EdgeChannel> _mayRest = [];

    /// <summary>The life of the directory that the position is of; empty: nothing is known of it.</summary>
    private string _directoryLife = "";

    /// <summary>Everything that the directory told up to here was heard.</summary>
    private long _directoryPosition;
    private int _ticksToCheck = TicksPerCheck;

    internal void Follow(Following following)
    {
        _followings.Add(following.Pattern, following);
        _patternCounts[following.Pattern] = _patternCounts.GetValueOrDefault(following.Pattern) + 1;
        services.Directory.Tell(new DirectoryCommand.Follow(following.Pattern, Self));
    }

    internal void Unfollow(Following following)
    {
        if (!_patternCounts.TryGetValue(following.Pattern, out var count))
            return;

        _followings.Remove(following.Pattern, following);
        if (count > 1)
        {
            _patternCounts[following.Pattern] = count - 1;
            return;
        }

        _patternCounts.Remove(following.Pattern);
        services.Directory.Tell(new DirectoryCommand.Unfollow(following.Pattern, Self));
        if (_patternCounts.Count == 0)
            _directoryLife = "";
    }

    internal void ReadPage(Following following, string from) =>
        services.Directory.Tell(new DirectoryCommand.ReadPage(following.Pattern, from, new WalkTag(following, following.Walk), Self));

    private void OnDirectory(DirectoryReply reply)
    {
        switch (reply)
        {
            case DirectoryReply.Followed followed:
                if (_patternCounts.Count > 0 && _directoryLife.Length == 0)
                    (_directoryLife, _directoryPosition) = (followed.Life, followed.Position);

                break;
            case DirectoryReply.Page { Tag: WalkTag tag } page:
                if (!tag.Following.Connection.IsEnded)
                    tag.Following.Connection.OnChannels(tag, page);

                break;
            case DirectoryReply.Unread { Tag: WalkTag tag }:
                Connection.AskSoon(tag);
                break;
            case DirectoryReply.Changed changed:
                OnChanged(changed);
                break;
            case DirectoryReply.Changes changes:
                OnChanges(changes);
                break;
            case DirectoryReply.Watched watched:
                OnWatched(watched);
                break;
            case DirectoryReply.Unknown unknown:
                OnUnknown(unknown);
                break;
        }
    }

    private void OnChanged(DirectoryReply.Changed changed)
    {
        if (changed.Life != _directoryLife)
            return;

        // What was told in between is lost, or will be told again: the position stays before it, and the directory is asked.
        if (changed.Former <= _directoryPosition)
            _directoryPosition = Math.Max(_directoryPosition, changed.Position);
        else
            Check();

        Tell(changed.Channel, changed.IsEnded);
    }

    private void OnChanges(DirectoryReply.Changes changes)
    {
        if (changes.Life != _directoryLife)
            return;

        foreach (var channel in changes.Channels)
            Tell(channel, isEnded: false);

        _directoryPosition = Math.Max(_directoryPosition, changes.Position);
        if (!changes.IsAll)
            Check();
    }

    private void Tell(ChannelStanding standing, bool isEnded)
    {
        var found = new List<Following>();
        _followings.Find(standing.Channel, found);
        foreach (var following in found)
            Spare(following.Connection, static (connection, told) => connection.OnChannel(told.Standing, told.IsEnded), (Standing: standing, IsEnded: isEnded));
    }

    /// <summary>The directory has begun anew, or has let go of this edge with a link: it is told again what is followed here, and everybody looks through what it knows.</summary>
    private void OnUnknown(DirectoryReply.Unknown unknown)
    {
        // An answer that is late is about the life before this one, of which it was told already.
        if (_patternCounts.Count == 0 || (unknown.Life == _directoryLife && unknown.Asked != _directoryLife))
            return;

        _directoryLife = "";
        foreach (var pattern in _patternCounts.Keys)
            services.Directory.Tell(new DirectoryCommand.Follow(pattern, Self));

        foreach (var connection in _connections.Values.ToArray())
            Spare(connection, static (connection, _) => connection.LookAgain(), 0);
    }

    private void Check() => services.Directory.Tell(new DirectoryCommand.Check(_directoryLife, _directoryPosition, _patternCounts.Count, Self));

    private void OnPatternsTick()
    {
        if (_patternCounts.Count == 0)
            return;

        if (--_ticksToCheck == 0)
        {
            _ticksToCheck = TicksPerCheck;
            Check();
        }

        foreach (var channel in _channels.Values.Where(channel => channel.Subscriptions is [{ By: not null }, ..] && channel.CountIdle() >= services.Options.PatternsRestAfter.TotalSeconds).OrderBy(channel => channel.Name).ToArray())
            RestIfIdle(channel);
    }

    /// <summary>A subscription of the channel has been sent everything: perhaps the channel was only joined for that.</summary>
    internal void MayRest(EdgeChannel channel)
    {
        if (channel.IsQuiet && !_mayRest.Contains(channel))
            _mayRest.Add(channel);
    }

    private void RestQuiet()
    {
        for (var i = 0; i < _mayRest.Count; i++)
            RestIfIdle(_mayRest[i]);

        _mayRest.Clear();
    }

    private void RestIfIdle(EdgeChannel channel)
    {
        if (channel.Actor is null || !channel.MayRest)
            return;

        channel.RestTag = new object();
        services.Channels.Tell(new ChannelCommand.Rest(channel.Name, channel.Head, channel.RestTag, Self, NextWord()));
    }

    private void OnRested(ChannelReply.Rested rested)
    {
        if (!_channels.TryGetValue(rested.Channel, out var channel) || channel.RestTag != rested.Tag)
            return;

        channel.RestTag = null;
        if (!rested.IsAtRest)
            return;

        // One that reads its inbox does not follow the channel yet.
        foreach (var subscription in channel.Subscriptions.Where(subscription => !subscription.HasInbox).ToArray())
        {
            channel.Remove(subscription);
            Spare(subscription.Connection, static (connection, subscription) => connection.Sleep(subscription), subscription);
        }

        // Who is joining already was not heard of by the channel before it went to rest: it begins anew with what comes then.
        Unwatch(channel);
        channel.Forget(isOver: true);
        if (channel.Joins.Count == 0)
            _channels.Remove(channel.Name);
    }
}

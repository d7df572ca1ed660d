using RealTimeActors.Engine.Channels;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Connections;

/// <content>Joining channels, and joining them again when their actors have ended: a fault, a node that is gone, a shard that has moved.</content>
internal sealed partial class EdgeActor
{
    /// <summary>For so long an answer is waited for before the question is asked again; twice as long each time.</summary>
    private const long JoinAgainAfterMs = 2_000;
    private const long JoinAgainAfterMsMax = 60_000;

    /// <summary>Where the session could not be written, or nobody takes the question: not at once, or this would run in circles as long as it is so.</summary>
    private const long JoinSoonAfterMs = 500;

    private readonly WordNumbers _words = new();

    internal void Join(Subscription subscription, Request request, From from, bool isSoon = false)
    {
        var join = new PendingJoin(subscription, request, from);
        subscription.Asked = join;
        subscription.Channel.Joins.Add(join);
        if (isSoon)
            join.AgainUnixMs = NowUnixMs + JoinSoonAfterMs;
        else
            Ask(join);
    }

    /// <summary>A living subscription joins its channel again, from where it is. One whose client was not told where it is yet asks as it asked before.</summary>
    internal void JoinAnew(Subscription subscription, bool isSoon = false)
    {
        subscription.Channel.Remove(subscription);
        subscription.Connection.OnReplaced(subscription);
        Due.Set(subscription, null);
        if (subscription.Asked is { } asked)
            Join(subscription, asked.Request with { Start = null }, asked.From, isSoon);
        else
            Join(subscription, new Request(0, subscription.Options) { Subscription = subscription, IsRejoin = true, By = subscription.By, Ahead = [.. subscription.Accounted.Ahead] }, subscription.Resume(), isSoon);
    }

    private void Ask(PendingJoin join)
    {
        join.AgainUnixMs = NowUnixMs + Math.Min(JoinAgainAfterMs << Math.Min(join.Times++, 10), JoinAgainAfterMsMax);
        var subscription = join.Subscription;
        services.Channels.Tell(new ChannelCommand.Join(subscription.Channel.Name, join.From, subscription.Format, join, Self, NextWord()) { WantsState = subscription.IsState });
    }

    internal long NextWord() => _words.Next(NowUnixMs);

    private void OnJoined(PendingJoin join, ChannelReply.Joined joined)
    {
        var subscription = join.Subscription;
        var channel = subscription.Channel;
        if (!channel.Joins.Remove(join))
            return;

        // Of an actor that nothing was heard of so far, or with something before it that was not heard of: what the rings hold does not go on here.
        var isOther = channel.Actor is not null && !channel.Actor.Equals(joined.Actor);
        if (isOther || (channel.IsBegun && !channel.GoesOnAfter(joined.Start.Epoch, joined.Start.Head)))
            BeginAnew(channel, isOver: isOther);

        channel.Begin(subscription.Format, joined.Start.Epoch, joined.Start.Head, joined.Tail);
        if (channel.Actor is null)
        {
            channel.Actor = joined.Actor;
            _channelByActor[joined.Actor] = channel;
            Context.Watch(joined.Actor);
        }

        if (!subscription.Connection.IsEnded)
            subscription.Connection.OnJoined(join.Request, joined);
    }

    /// <summary>Nobody had the channel, or its node was lost on the way: it is asked again. Where it waits, it waits in its shard.</summary>
    private void OnNotJoined(PendingJoin join)
    {
        var (subscription, connection) = (join.Subscription, join.Subscription.Connection);
        if (join.Place < 0)
            return;

        if (!connection.IsEnded && connection.Has(subscription))
        {
            // It is only silence that is waited for longer each time.
            join.Times = 0;
            if (join.MayAskAtOnce(NowUnixMs))
                Ask(join);
            else
                join.AgainUnixMs = NowUnixMs + JoinSoonAfterMs;

            return;
        }

        subscription.Channel.Joins.Remove(join);
        if (!connection.IsEnded)
            connection.OnNotJoined(join.Request);
    }

    /// <summary>The channel's actor has ended: whoever follows it joins its successor, from where it is. What it was asked may have ended with it.</summary>
    private void OnChannelEnded(EdgeChannel channel)
    {
        var asked = channel.Joins.All;
        BeginAnew(channel, isOver: true);
        foreach (var join in asked)
            Ask(join);
    }

    /// <summary>What the rings hold belongs to the past.</summary>
    private void BeginAnew(EdgeChannel channel, bool isOver)
    {
        Unwatch(channel);
        channel.Forget(isOver);
        foreach (var subscription in channel.Subscriptions.Where(subscription => !subscription.HasInbox).ToArray())
            Spare(subscription.Connection, static (_, anew) => anew.Edge.JoinAnew(anew.Subscription), (Edge: this, Subscription: subscription));
    }

    private void Unwatch(EdgeChannel channel)
    {
        if (channel.Actor is not { } actor)
            return;

        channel.Actor = null;
        if (_channelByActor.Remove(actor))
            Context.Unwatch(actor);
    }

    private void AskOverdue()
    {
        foreach (var channel in _channels.Values.Where(channel => channel.Joins.Count > 0).OrderBy(channel => channel.Name).ToArray())
        {
            foreach (var join in channel.Joins.Overdue(NowUnixMs))
            {
                if (!join.Subscription.Connection.IsEnded)
                    Ask(join);
                else
                    channel.Joins.Remove(join);
            }
        }
    }
}

using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Presence;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Connections;

/// <summary>Seeing who is there: as one who is, or by a subscription that asks for it.</summary>
internal sealed partial class Connection
{
    /// <summary>The channels that the connection is in or looks on; null: there never were any.</summary>
    private ChannelTable<Onlooker>? _onlookers;

    /// <summary>Those of them that there may be something to be told of.</summary>
    private List<Onlooker>? _presencePending;

    /// <summary>Something may be there to be told.</summary>
    internal void MarkPresence(Onlooker onlooker)
    {
        if (!onlooker.IsBegun || onlooker.IsPending || _phase == Phase.Ended)
            return;

        onlooker.IsPending = true;
        (_presencePending ??= []).Add(onlooker);
        if (!_isBlocked)
            _edge.MarkDirty(this);
    }

    /// <summary>Writes what is to be told. False: there was no room for all of it; by the time there is, it may be something else.</summary>
    private bool FillPresence(Outgoing to)
    {
        if (_presencePending is not { Count: > 0 } pending)
            return true;

        for (var i = 0; i < pending.Count; i++)
        {
            if (!Fill(pending[i], to))
            {
                pending.RemoveRange(0, i);
                return false;
            }

            pending[i].IsPending = false;
        }

        pending.Clear();
        return true;
    }

    private bool Fill(Onlooker onlooker, Outgoing to)
    {
        // Nobody looks on any more: what has begun need not be finished.
        if (onlooker.Place < 0)
            return true;

        // What has begun is finished first; then comes what has changed since.
        while ((onlooker.Frames ??= onlooker.Presence.FramesFor(onlooker, Format)) is { } frames)
        {
            for (; onlooker.Written < frames.Count; onlooker.Written++)
            {
                if (!to.TryWrite(frames[onlooker.Written]))
                    return false;

                Figures.PresenceFrames++;
            }

            onlooker.Frames = null;
            onlooker.Written = 0;
        }

        return true;
    }

    /// <summary>Which right is missing to be told who is there; null: none.</summary>
    private string? WhyNotLook(PresenceInterest interest, ChannelName channel) =>
        interest == PresenceInterest.None || RightsOf(channel).HasFlag(Rights.Presence) ? null : Missing(Rights.Presence, channel);

    /// <summary>A subscription has begun that asked to be told who is there.</summary>
    private void Look(Subscription subscription)
    {
        var (channel, interest) = (subscription.Channel.Name, subscription.Options.Presence);
        if (interest == PresenceInterest.None || subscription.By is not null)
            return;

        if (WhyNotLook(interest, channel) is { } missing)
        {
            SendEnded(channel, missing);
            return;
        }

        var onlooker = OnlookerOf(channel);
        if (onlooker.Asked == interest && onlooker.IsBegun)
            return;

        onlooker.Asked = interest;
        onlooker.IsBegun = true;
        onlooker.BeginAnew();
        MarkPresence(onlooker);
    }

    /// <summary>It has ended.</summary>
    private void LookAway(Subscription subscription)
    {
        if (subscription.Options.Presence == PresenceInterest.None || _onlookers?.GetValueOrDefault(subscription.Channel.Name) is not { } onlooker)
            return;

        onlooker.Asked = PresenceInterest.None;
        ForgetIfIdle(onlooker);
    }

    private Onlooker OnlookerOf(ChannelName channel)
    {
        if (_onlookers?.GetValueOrDefault(channel) is { } known)
            return known;

        var onlooker = new Onlooker(this, _edge.PresenceOf(channel));
        onlooker.Presence.Add(onlooker);
        (_onlookers ??= new()).Add(channel, onlooker);
        return onlooker;
    }

    private bool ForgetIfIdle(Onlooker onlooker)
    {
        if (onlooker.Interest != PresenceInterest.None)
            return false;

        Forget(onlooker);
        return true;
    }

    private void Forget(Onlooker onlooker)
    {
        onlooker.Presence.Remove(onlooker);
        _onlookers!.Remove(onlooker.Presence.Channel);
    }
}

using RealTimeActors.Engine.Channels;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Sessions;

/// <summary>Events of ephemeral channels that keep for who is away: they come into the session's inbox, and the channel is told when it is away and when it is back.</summary>
internal sealed partial class SessionActor
{
    /// <summary>After which it is asked again for what is missing in an inbox: the question, or its answer, was lost.</summary>
    private const long MissedAgainMs = 1_000;

    /// <summary>When it was asked last; null: never.</summary>
    private SortedDictionary<ChannelName, long>? _missedAsked;

    private void TellFollows(ChannelName channel) => _services.Channels.Tell(new ChannelCommand.Follow(channel, _id, Self));

    private void TellBack()
    {
        foreach (var subscription in State.Value.Subscriptions.Values.Where(NeedsInbox))
            _services.Channels.Tell(new ChannelCommand.Back(subscription.Channel, _id, Self));
    }

    private void TellAway()
    {
        foreach (var subscription in State.Value.Subscriptions.Values.Where(NeedsInbox))
            TellAway(subscription);
    }

    private void TellAway(SessionSubscription subscription)
    {
        var (epoch, offset) = subscription.KeptTo;
        _services.Channels.Tell(new ChannelCommand.Away(subscription.Channel, _id, epoch, offset));
    }

    private void OnKeepEvents(SessionCommand.KeepEvents keep)
    {
        if (!State.Value.Subscriptions.TryGetValue(keep.Channel, out var subscription) || !NeedsInbox(subscription))
            _services.Channels.Tell(new ChannelCommand.Unfollow(keep.Channel, _id));
        else if (_connection is not null)
            _services.Channels.Tell(new ChannelCommand.Back(keep.Channel, _id, Self));
        else if (keep.Events.Count == 0 || (!keep.IsAll && IsBeyond(subscription.KeptTo, keep)))
            AskForMissed(subscription);
        else
            Record(new SessionEvent.Kept(keep.Channel, keep.Epoch, keep.Events));
    }

    /// <summary>Whether something before it was lost on the way. The channel has it still, perhaps; what it has not is a gap, of which the client is told.</summary>
    private static bool IsBeyond((string Epoch, long Offset) kept, SessionCommand.KeepEvents keep) => keep.Epoch == kept.Epoch && keep.Events[0].Offset > kept.Offset + 1;

    private void AskForMissed(SessionSubscription subscription)
    {
        _missedAsked ??= [];
        if (_missedAsked.TryGetValue(subscription.Channel, out var asked) && NowUnixMs - asked < MissedAgainMs)
            return;

        _missedAsked[subscription.Channel] = NowUnixMs;
        TellAway(subscription);
    }

    private bool NeedsInbox(SessionSubscription subscription) =>
        !subscription.IsDurable && subscription.Options.AckMode != AckMode.None && KeepsForOffline(subscription.Channel);

    private bool KeepsForOffline(ChannelName channel) => _services.Options.SettingsOf(channel).KeepsForOffline;
}

using RealTimeActors.Engine.Channels;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Sessions;

/// <summary>Events of ephemeral channels that keep for who is away: they come into the session's inbox, and the channel is told when it is away and when it is back.</summary>
internal sealed partial class SessionActor
{
    private void TellAway()
    {
        foreach (var subscription in State.Value.Subscriptions.Values.Where(NeedsInbox))
            _services.Channels.Tell(new ChannelCommand.Away(subscription.Channel, _id, subscription.Epoch, subscription.Prefix));
    }

    private void OnKeepEvents(SessionCommand.KeepEvents keep)
    {
        if (_connection is null && State.Value.Subscriptions.ContainsKey(keep.Channel))
            Record(new SessionEvent.Kept(keep.Channel, keep.Epoch, keep.Events));
        else if (_connection is null)
            _services.Channels.Tell(new ChannelCommand.Unfollow(keep.Channel, _id));
    }

    private bool NeedsInbox(SessionSubscription subscription) =>
        !subscription.IsDurable && subscription.Options.AckMode != AckMode.None && KeepsForOffline(subscription.Channel);

    private bool KeepsForOffline(ChannelName channel) => _services.Options.SettingsOf(channel).KeepsForOffline;
}

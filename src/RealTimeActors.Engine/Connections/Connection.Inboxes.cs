using RealTimeActors.Engine.Sessions;

namespace RealTimeActors.Engine.Connections;

/// <summary>Inboxes of ephemeral channels that keep for those who are away: read before their channels are followed again.</summary>
internal sealed partial class Connection
{
    /// <summary>What came while the session was away is sent first, out of its inbox; then the subscription joins the channel from there.</summary>
    private void BeginInbox(SessionSubscription resumed, Following? by = null)
    {
        var subscription = new Subscription(this, _edge.ChannelOf(resumed.Channel), resumed.Options) { By = by };
        _subscriptions.Add(resumed.Channel, subscription);

        // In the channel's list, so that the edge does not let go of the channel while the inbox is read.
        subscription.Channel.Add(subscription);
        var begun = subscription.BeginInbox(resumed);
        if (by is null)
        {
            (_begun ??= []).Add(begun);
            return;
        }

        _patterns!.Live++;
        Send(begun);
        Start(subscription);
    }

    private void LeaveInbox(Subscription subscription)
    {
        if (subscription.NextInbox(out var begun))
        {
            if (begun is not null)
                Send(begun);

            MarkReady(subscription);
            return;
        }

        subscription.Channel.Remove(subscription);
        _edge.Join(subscription, new Request(0, subscription.Options) { Subscription = subscription, IsRejoin = true, By = subscription.By }, subscription.Resume());
    }
}

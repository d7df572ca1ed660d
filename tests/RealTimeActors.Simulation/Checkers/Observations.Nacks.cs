using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Simulation.Checkers;

/// <content>What is sent to clients that nack.</content>
internal sealed partial class Observations
{
    private void SentToNacking(LinkView view, ServerFrame frame)
    {
        foreach (var checker in NackCheckers)
            checker.OnSent(view, frame);

        IReadOnlyList<ServerFrame.Subscribed> all = frame is ServerFrame.Welcome { Subscriptions: var resumed } ? resumed : frame is ServerFrame.Subscribed one ? [one] : [];
        foreach (var begun in all)
        {
            var former = view.Subscriptions.GetValueOrDefault(begun.Channel);
            var now = new SubscriptionView(begun.Channel, begun.Epoch, begun.Offset, RequestFor(view, begun));
            view.Subscriptions[begun.Channel] = now;
            Epochs.See(begun.Channel, begun.Epoch);
            foreach (var checker in NackCheckers)
                checker.OnSubscribed(view, now, begun, former);
        }
    }
}

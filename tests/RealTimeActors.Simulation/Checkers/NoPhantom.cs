using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Simulation.Checkers;

/// <summary>10: nothing of a durable channel leaves the server before it is on the disk.</summary>
internal sealed class NoPhantom : Checker
{
    public override void OnSent(LinkView link, ServerFrame frame)
    {
        if (frame is ServerFrame.Event { Body: var body })
            OnSeen(link, body);
        else if (frame is ServerFrame.Page page)
        {
            foreach (var e in page.Events)
                OnSeen(link, e);
        }
    }

    public override void OnSubscribed(LinkView link, SubscriptionView now, ServerFrame.Subscribed frame, SubscriptionView? former)
    {
        if (Seen.ChannelOf(frame.Channel).IsDurable)
        {
            Require(
                frame.Head <= Seen.Truth.Head(frame.Channel),
                $"{link.Name} was told that {frame.Channel} ends at {frame.Head}; on disk it ends at {Seen.Truth.Head(frame.Channel)}.");
        }
    }

    private void OnSeen(LinkView link, ChannelEvent seen)
    {
        if (Seen.ChannelOf(seen.Channel).IsDurable && Seen.Truth.Find(seen.Channel, seen.Offset) is null)
            Fail($"{link.Name} was sent offset {seen.Offset} of {seen.Channel}; on disk the log ends at {Seen.Truth.Head(seen.Channel)}.");
    }
}

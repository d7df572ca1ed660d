using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Simulation.Checkers;

/// <summary>Where a subscription starts: exactly where it was asked to, and told the truth about what it has from before.</summary>
internal sealed partial class Delivery
{
    public override void OnSubscribed(LinkView link, SubscriptionView now, ServerFrame.Subscribed frame, SubscriptionView? former)
    {
        if (!Seen.ChannelOf(frame.Channel).IsDurable)
            return;

        Require(frame.Offset <= frame.Head, $"{link.Name} starts {frame.Channel} after {frame.Offset}, beyond its head {frame.Head}.");
        var isRejoin = former is { IsEnded: false } && frame.Id == 0 && link.Welcome!.Subscriptions.All(subscribed => !ReferenceEquals(subscribed, frame));
        if (isRejoin)
            return;

        switch (now.Request?.From ?? From.Session)
        {
            case From.Position position:
                OnPosition(link, frame, position.Epoch, position.Offset);
                break;
            case From.AtEarliest:
                Require(frame.Recovered == Recovered.None, $"{link.Name} asked for {frame.Channel} from the earliest, and was told {frame.Recovered}.");
                CheckRetention(link, frame.Channel, frame.Offset);
                break;
            case From.Last(var count):
                Require(frame.Recovered == Recovered.None, $"{link.Name} asked for the last {count} of {frame.Channel}, and was told {frame.Recovered}.");
                Require(frame.Offset >= frame.Head - count, $"{link.Name} asked for the last {count} of {frame.Channel}, and starts after {frame.Offset} of {frame.Head}.");
                if (frame.Offset > frame.Head - count)
                    CheckRetention(link, frame.Channel, frame.Offset);

                break;
            case From.AtNow:
                Require(
                    frame.Recovered == Recovered.None && frame.Offset == frame.Head,
                    $"{link.Name} asked for {frame.Channel} from now, and starts after {frame.Offset} of {frame.Head} ({frame.Recovered}).");
                break;
        }
    }

    private void OnPosition(LinkView link, ServerFrame.Subscribed frame, string epoch, long offset)
    {
        if (epoch != frame.Epoch || offset > frame.Head)
        {
            Require(
                frame.Recovered == Recovered.Reset,
                $"{link.Name} resumes {frame.Channel} at {epoch}:{offset}, the log is {frame.Epoch} up to {frame.Head}, and it was told {frame.Recovered}.");
            CheckRetention(link, frame.Channel, frame.Offset);
            return;
        }

        var start = frame.Missing is { } missing ? missing.From - 1 : frame.Offset;
        Require(
            start == offset && frame.Recovered == (frame.Missing is null ? Recovered.Full : Recovered.Gap),
            $"{link.Name} resumes {frame.Channel} after {offset}, and was told {Line.Of(frame)}.");
        if (frame.Missing is { } lost)
        {
            Require(lost.To == frame.Offset, $"{link.Name} was told {Line.Of(frame)}: the gap does not end where the events begin.");
            CheckRetention(link, frame.Channel, lost.To);
        }
    }
}

using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Offsets;
using RealTimeActors.Engine.Sessions;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Connections;

/// <summary>Coming back to an ephemeral channel that keeps for those who are away: the inbox is a log page of its own, sent first and acked before the live events follow.</summary>
internal sealed partial class Subscription
{
    /// <summary>What is left of the inbox, one entry per run of events without a hole; the first is being sent, or waits for its ack. What is missing before one of them was lost, and is told as a gap.</summary>
    private Queue<ChannelReply.EventsRead>? _inbox;

    /// <summary>Whether it still reads its inbox, and does not follow the channel yet.</summary>
    internal bool HasInbox => _inbox is { Count: > 0 };

    /// <summary>The newest offset that an ack can mean.</summary>
    internal long AckableHead => HasInbox ? _inbox!.Peek().Head : Channel.AckableHead;

    /// <summary>Begins with the inbox of a resumed session, and says what the client is told of it.</summary>
    internal ServerFrame.Subscribed BeginInbox(SessionSubscription resumed)
    {
        _isCatchingUp = true;
        _inbox = new();
        for (var (from, to) = (0, 1); from < resumed.Inbox.Count; to++)
        {
            if (to < resumed.Inbox.Count && resumed.Inbox[to].Epoch == resumed.Inbox[from].Epoch && resumed.Inbox[to].Event.Offset == resumed.Inbox[to - 1].Event.Offset + 1)
                continue;

            ChannelEvent[] events = [.. resumed.Inbox.Skip(from).Take(to - from).Select(kept => kept.Event)];
            _inbox.Enqueue(new ChannelReply.EventsRead(this, resumed.Inbox[from].Epoch, events, events[0].Offset, events[^1].Offset, null));
            from = to;
        }

        var isSameEpoch = _inbox.Peek().Epoch == resumed.Epoch;
        Accounted = new OffsetSet(isSameEpoch ? resumed.Prefix : _inbox.Peek().First - 1);
        return OpenInbox(!isSameEpoch ? Recovered.Reset : resumed.BeginsAnew ? Recovered.None : Recovered.Full);
    }

    /// <summary>Whether everything of the present run of the inbox is dealt with.</summary>
    internal bool IsInboxDone(long prefix) => HasInbox && prefix >= _inbox!.Peek().Head;

    /// <summary>Goes on with the next run of the inbox. False: it is empty.</summary>
    /// <param name="begun">What the client is told where that is of another life of the log.</param>
    internal bool NextInbox(out ServerFrame.Subscribed? begun)
    {
        begun = null;
        _inbox!.Dequeue();
        if (_inbox.Count == 0)
            return false;

        if (_inbox.Peek().Epoch == Epoch)
        {
            _page = _inbox.Peek();
            _pageIndex = 0;
            return true;
        }

        Accounted = new OffsetSet(_inbox.Peek().First - 1);
        begun = OpenInbox(Recovered.Reset);
        return true;
    }

    private ServerFrame.Subscribed OpenInbox(Recovered recovered)
    {
        _page = _inbox!.Peek();
        _pageIndex = 0;
        ResetStages();
        Epoch = _page.Epoch;

        // Each life of the log counts from its own beginning.
        (_acked, _said) = (Accounted.Prefix, -1);
        return new ServerFrame.Subscribed
        {
            Channel = Channel.Name.Value,
            Epoch = Epoch,
            Offset = Accounted.Prefix,
            Head = _page.Head,
            Recovered = recovered,
        };
    }
}

using RealTimeActors.Actors;
using RealTimeActors.Engine.Connections;
using RealTimeActors.Protocol;
using RealTimeActors.Sharding;

namespace RealTimeActors.Engine.Access;

/// <summary>Orders to the edges, and who waits until all have done them.</summary>
internal sealed partial class RevocationsActor
{
    /// <summary>So long a hand-over waits for edges that may never answer: meanwhile nobody's token can be judged, and whatever else is in the shard waits, too.</summary>
    private static readonly TimeSpan _handedOverWithin = TimeSpan.FromMilliseconds(100);
    private static readonly object _handOverDue = new();

    /// <summary>Orders that are not answered, revocations on their way to the disk among them.</summary>
    private readonly SortedDictionary<long, Order> _orders = [];
    private long _lastOrder;

    protected override void OnOther(object message)
    {
        switch (message)
        {
            case EdgeOutcome outcome when _orders.TryGetValue(outcome.Order, out var order):
                order.Connections += outcome.Connections;
                order.Subscriptions += outcome.Subscriptions;
                if (--order.Waiting == 0)
                    Finish(order, order.Answer());
                break;
            case Order late when _orders.ContainsKey(late.Number):
                Finish(late, new UserReply.Refused(late.Tag, ErrorCode.Timeout, $"Not every edge has done it within {Options.OrdersWithin}; repeat the request."));
                break;
            case ShardMessage.Leave:
                StopWhenSettled();
                if (_orders.Count > 0)
                    Context.StartTimer(_handOverDue, _handedOverWithin, _handOverDue);

                break;
            case var due when ReferenceEquals(due, _handOverDue):
                RefuseAll();
                break;
        }
    }

    protected override bool IsSettled => base.IsSettled && _orders.Count == 0;

    /// <summary>Only where there was no time left: its node hands the users over.</summary>
    protected override void OnStop() => RefuseAll();

    private void RefuseAll()
    {
        foreach (var order in _orders.Values)
            order.ReplyTo?.Tell(new UserReply.Refused(order.Tag, ErrorCode.Timeout, "Not every edge has been heard of while the node handed the users over; repeat the request."));

        _orders.Clear();
    }

    private Order OrderOf(object? tag, IActorRef<UserReply>? replyTo, EdgeOrder message)
    {
        var order = new Order(++_lastOrder, tag, replyTo, message);
        _orders.Add(order.Number, order);
        Context.StartTimer(order, Options.OrdersWithin, order);
        return order;
    }

    private void Tell(Order order)
    {
        var everywhere = edges.Everywhere();
        order.Waiting = everywhere.Count;
        foreach (var edge in everywhere)
            edge.Tell(new EdgeOrdered(order.Number, order.Message, Self));

        if (Options.Bug == PlantedBug.RevokedWithoutAll)
            return;

        // Those who can be reached do it; nobody is told that all have.
        if (!edges.ReachesAll)
            Finish(order, new UserReply.Refused(order.Tag, ErrorCode.Timeout, "Not every node of the cluster can be reached just now, and a connection of the user may be there; repeat the request."));
        else if (edges.FormerServeFor(Context.Time) is var former && former > TimeSpan.Zero)
            Await(order, former);
    }

    /// <summary>Whoever is connected to a node that was declared dead, and does not know it yet, is gone only when that one is: nobody can tell it, and it answers nobody.</summary>
    private void Await(Order order, TimeSpan former)
    {
        var ended = new EdgeOutcome(order.Number, 0, 0);
        order.Waiting++;
        Context.StartTimer(ended, former, ended);
    }

    private void Finish(Order order, UserReply reply)
    {
        // One whose time ran out has had its answer; what it ordered is done all the same.
        if (!_orders.Remove(order.Number))
            return;

        Context.CancelTimer(order);
        order.ReplyTo?.Tell(reply);
    }

    /// <summary>Something that every edge is to do.</summary>
    private sealed class Order(long number, object? tag, IActorRef<UserReply>? replyTo, EdgeOrder message)
    {
        internal long Number { get; } = number;

        internal object? Tag { get; } = tag;

        /// <summary>Null: nobody waits any more.</summary>
        internal IActorRef<UserReply>? ReplyTo { get; } = replyTo;

        internal EdgeOrder Message { get; } = message;

        /// <summary>Edges that have not answered.</summary>
        internal int Waiting { get; set; }

        internal int Connections { get; set; }

        internal int Subscriptions { get; set; }

        internal UserReply Answer() => Message switch
        {
            EdgeOrder.PutOut putOut => new UserReply.Disconnected(Tag, putOut.User, Connections, putOut.BeforeUnixMs),
            EdgeOrder.TakeOff takeOff => new UserReply.Unsubscribed(Tag, takeOff.User, Subscriptions, Connections),
            _ => throw new InvalidOperationException($"Nobody can order {Message} of an edge."),
        };
    }
}

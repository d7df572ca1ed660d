using RealTimeActors.Actors;
using RealTimeActors.Engine.Connections;
using RealTimeActors.Protocol;

namespace RealTimeActors.Engine.Access;

/// <summary>Orders to the edges, and who waits until all have done them.</summary>
internal sealed partial class RevocationsActor
{
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
                Finish(late, new UserReply.Refused(late.Tag, ErrorCode.Timeout, $"Not every edge has done it within {options.OrdersWithin}; repeat the request."));
                break;
        }
    }

    private Order OrderOf(object? tag, IActorRef<UserReply>? replyTo, EdgeOrder what)
    {
        var order = new Order(++_lastOrder, tag, replyTo, what);
        _orders.Add(order.Number, order);
        Context.StartTimer(order, options.OrdersWithin, order);
        return order;
    }

    private void Tell(Order order)
    {
        order.Waiting = edges.Edges.Count;
        foreach (var edge in edges.Edges)
            edge.Tell(new EdgeMessage.Ordered(order.Number, order.What, Self));
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
    private sealed class Order(long number, object? tag, IActorRef<UserReply>? replyTo, EdgeOrder what)
    {
        internal long Number { get; } = number;

        internal object? Tag { get; } = tag;

        /// <summary>Null: nobody waits any more.</summary>
        internal IActorRef<UserReply>? ReplyTo { get; } = replyTo;

        internal EdgeOrder What { get; } = what;

        /// <summary>Edges that have not answered.</summary>
        internal int Waiting { get; set; }

        internal int Connections { get; set; }

        internal int Subscriptions { get; set; }

        internal UserReply Answer() => What switch
        {
            EdgeOrder.PutOut putOut => new UserReply.Disconnected(Tag, putOut.User, Connections, putOut.BeforeUnixMs),
            EdgeOrder.TakeOff takeOff => new UserReply.Unsubscribed(Tag, takeOff.User, Subscriptions, Connections),
            _ => throw new InvalidOperationException($"Nobody can order {What} of an edge."),
        };
    }
}

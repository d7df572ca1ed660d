using RealTimeActors.Engine.Connections;

namespace RealTimeActors.Engine.Telemetry;

/// <summary>What an edge actor adds up over its connections and subscriptions once a second, when it goes through all of them anyway.</summary>
internal sealed class EdgeSums
{
    internal long Sessions { get; private set; }

    internal long Subscriptions { get; private set; }

    internal long CatchingUp { get; private set; }

    /// <summary>Bytes that wait for clients which do not read.</summary>
    internal long QueuedBytes { get; private set; }

    /// <summary>Events that are committed and were not written to a subscription yet.</summary>
    internal long LagSum { get; private set; }

    internal long LagLargest { get; private set; }

    /// <summary>Events up to the head that were not acked yet, over the subscriptions that ack.</summary>
    internal long UnackedSum { get; private set; }

    internal long UnackedLargest { get; private set; }

    /// <summary>Connections, in the order of <see cref="TransportNames.All"/>.</summary>
    internal long[] ByTransport { get; } = new long[TransportNames.All.Count];

    internal void Add(string transport, long connections)
    {
        for (var i = 0; i < ByTransport.Length; i++)
            ByTransport[i] += TransportNames.All[i] == transport ? connections : 0;
    }

    /// <summary>Patterns that connections follow.</summary>
    internal long Patterns { get; private set; }

    /// <summary>Channels that connections follow by a pattern and that rest, once per connection.</summary>
    internal long Resting { get; private set; }

    internal void AddPatterns(int patterns, int resting)
    {
        Patterns += patterns;
        Resting += resting;
    }

    internal void Add(bool hasSession, long queuedBytes)
    {
        Sessions += hasSession ? 1 : 0;
        QueuedBytes += queuedBytes;
    }

    internal void Add(Subscription subscription)
    {
        Subscriptions++;
        CatchingUp += subscription.IsCatchingUp ? 1 : 0;
        var lag = subscription.Lag;
        LagSum += lag;
        LagLargest = Math.Max(LagLargest, lag);
        var unacked = subscription.Unacked;
        UnackedSum += unacked;
        UnackedLargest = Math.Max(UnackedLargest, unacked);
    }
}

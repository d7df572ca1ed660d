using System.Diagnostics.Metrics;
using RealTimeActors.Actors;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Connections;
using RealTimeActors.Engine.Sessions;
using RealTimeActors.Sharding;

namespace RealTimeActors.Engine.Telemetry;

/// <content>What is looked at when somebody asks, and costs nothing until then.</content>
public sealed partial class EngineMeters
{
    /// <summary>From now on the edges are counted.</summary>
    internal void Observe(ActorSystem system, EdgeServices edges)
    {
        // The one for nobody is shared by all engines of the process and must not hold on to any of them.
        if (ReferenceEquals(this, None))
            return;

        var figures = edges.Figures;
        Gauge("realtime.connections", "{connection}", "Live connections.", figures, edge => edge.Connections);
        _meter.CreateObservableUpDownCounter(
            "realtime.connections.by_transport", () => ByTransport(figures), "{connection}", "Live connections by transport (counted once a second).");
        Count("realtime.connections.opened", "{connection}", "Connections that were opened.", figures, edge => edge.ConnectionsOpened);
        _meter.CreateObservableCounter(
            "realtime.connections.closed", () => Closed(figures), "{connection}", "Connections that ended, by close code; gone: the other end went away.");

        Gauge("realtime.sessions.open", "{session}", "Sessions with a live connection (counted once a second).", figures, edge => edge.Sums.Sessions);
        Count("realtime.sessions.begun", "{session}", "Sessions that began.", figures, edge => edge.SessionsBegun);
        Count("realtime.sessions.resumed", "{session}", "Sessions that their client came back to.", figures, edge => edge.SessionsResumed);

        Gauge("realtime.subscriptions", "{subscription}", "Subscriptions of live connections (counted once a second).", figures, edge => edge.Sums.Subscriptions);
        Gauge("realtime.patterns", "{pattern}", "Patterns that live connections follow (counted once a second).", figures, edge => edge.Sums.Patterns);
        Gauge("realtime.patterns.resting", "{channel}", "Channels that are followed by a pattern and rest, once per connection.", figures, edge => edge.Sums.Resting);
        Gauge("realtime.subscriptions.catching_up", "{subscription}", "Those of them that read from the log.", figures, edge => edge.Sums.CatchingUp);
        _meter.CreateObservableCounter(
            "realtime.catch_ups", () => CatchUps(figures), "{catch_up}", "Times that a subscription began to read from the log, by cause.");

        Count("realtime.fan_outs", "{run}", "Runs of events that edges took, one per channel, commit and edge.", figures, edge => edge.FanOuts);
        Count("realtime.events.delivered", "{event}", "Events that were written to connections, one per subscriber.", figures, edge => edge.EventsDelivered);
        Count("realtime.events.dropped", "{event}", "Deliveries given up by overflow = dropOldest; the client was told.", figures, edge => edge.EventsDropped);
        Count("realtime.events.skipped", "{event}", "Deliveries left out on purpose (shape, filter, priority, time to live); the client was told.", figures, edge => edge.EventsSkipped);
        _meter.CreateObservableCounter("realtime.events.left_out", () => LeftOut(figures), "{event}", "Deliveries left out on purpose, by the stage that did it.");
        Count("realtime.events.gone", "{event}", "Deliveries that retention took before they were read; the client was told.", figures, edge => edge.EventsGone);
        Count("realtime.events.nacked", "{event}", "Deliveries that clients could not process.", figures, edge => edge.EventsNacked);
        Count("realtime.events.redelivered", "{event}", "Events that were sent again because of that.", figures, edge => edge.EventsRedelivered);
        Count("realtime.presence.frames", "{frame}", "Frames about who is there that were written to connections.", figures, edge => edge.PresenceFrames);
        Count("realtime.acks", "{ack}", "Acks that clients sent.", figures, edge => edge.Acks);

        Count("realtime.writes", "{write}", "Writes to connections; each holds all that waited.", figures, edge => edge.Writes);
        Count("realtime.sent", "By", "Bytes that connections took.", figures, edge => edge.BytesSent);
        Count("realtime.received", "By", "Bytes that connections sent here.", figures, edge => edge.BytesReceived);
        Gauge("realtime.outbox", "By", "Bytes that wait for clients which do not read (counted once a second).", figures, edge => edge.Sums.QueuedBytes);

        Gauge("realtime.lag.events", "{event}", "Committed events that were not written yet, over all subscriptions (counted once a second).", figures, edge => edge.Sums.LagSum);
        _meter.CreateObservableGauge("realtime.lag.events.max", () => figures.Max(edge => edge.Sums.LagLargest), "{event}", "The same of the subscription that is furthest behind.");
        Gauge("realtime.unacked.events", "{event}", "Committed events that were not acked yet, over all subscriptions that ack (counted once a second).", figures, edge => edge.Sums.UnackedSum);
        _meter.CreateObservableGauge("realtime.unacked.events.max", () => figures.Max(edge => edge.Sums.UnackedLargest), "{event}", "The same of the subscription that is furthest behind.");

        _meter.CreateObservableGauge("realtime.edge.inbox.messages", () => Inboxes(system, edges), "{message}", "Messages that wait for an edge actor.");
    }

    /// <summary>From now on the actors of these regions are counted.</summary>
    internal void Observe(ShardRegion<ChannelCommand> channels, ShardRegion<SessionCommand> sessions)
    {
        if (ReferenceEquals(this, None))
            return;

        _meter.CreateObservableUpDownCounter(
            "realtime.actors.active", () => Both(channels.Active, sessions.Active), "{actor}", "Channels and sessions in memory.");
        _meter.CreateObservableCounter(
            "realtime.actors.activated", () => Both(channels.Activated, sessions.Activated), "{actor}", "Channels and sessions that were loaded or made.");
        _meter.CreateObservableCounter(
            "realtime.actors.passivated", () => Both(channels.Passivated, sessions.Passivated), "{actor}", "Channels and sessions that left the memory.");
        _meter.CreateObservableGauge(
            "realtime.shards.inbox.messages", () => Both(channels.MessagesWaiting, sessions.MessagesWaiting), "{message}", "Messages that wait for the shards.");
    }

    /// <summary>From now on what is passed on from node to node is counted; a node that is alone has nothing of it.</summary>
    internal void Observe(RelayFigures relayed)
    {
        if (ReferenceEquals(this, None))
            return;

        _meter.CreateObservableCounter("realtime.relays.asked", () => Asked(relayed), "{request}", "Requests over plain HTTP that were passed on to the node that has their connection, by what became of them.");
        _meter.CreateObservableCounter("realtime.relays.served", () => Served(relayed), "{request}", "Requests of other nodes for connections of this one, by what became of them.");
        _meter.CreateObservableUpDownCounter("realtime.relays.under_way", () => UnderWay(relayed), "{request}", "Requests that are with other nodes just now, and those of other nodes that are answered here.");
        _meter.CreateObservableGauge("realtime.relays.waiting", () => relayed.Waiting, "{answer}", "Answers to other nodes that wait until what went there before them has arrived.");
        _meter.CreateObservableCounter("realtime.relays.sent", () => relayed.BytesSent, "By", "Bytes of answers that went to other nodes.");
        _meter.CreateObservableCounter("realtime.relays.received", () => relayed.BytesReceived, "By", "Bytes of answers that came from other nodes.");
    }

    private void Count(string name, string unit, string description, IReadOnlyList<EdgeFigures> edges, Func<EdgeFigures, long> of) =>
        _meter.CreateObservableCounter(name, () => edges.Sum(of), unit, description);

    private void Gauge(string name, string unit, string description, IReadOnlyList<EdgeFigures> edges, Func<EdgeFigures, long> of) =>
        _meter.CreateObservableUpDownCounter(name, () => edges.Sum(of), unit, description);

    private static Measurement<long>[] Closed(IReadOnlyList<EdgeFigures> edges) =>
    [
        .. EdgeFigures.CloseClasses.Select((name, i) => new Measurement<long>(edges.Sum(edge => edge.Closed(i)), new KeyValuePair<string, object?>("class", name))),
    ];

    private static Measurement<long>[] LeftOut(IReadOnlyList<EdgeFigures> edges) =>
    [
        new(edges.Sum(edge => edge.EventsFiltered), new KeyValuePair<string, object?>("stage", "filter")),
        new(edges.Sum(edge => edge.EventsDebounced), new KeyValuePair<string, object?>("stage", "debounce")),
        new(edges.Sum(edge => edge.EventsConflated), new KeyValuePair<string, object?>("stage", "conflate")),
        new(edges.Sum(edge => edge.EventsExpired), new KeyValuePair<string, object?>("stage", "ttl")),
    ];

    private static Measurement<long>[] ByTransport(IReadOnlyList<EdgeFigures> edges) =>
    [
        .. TransportNames.All.Select((name, i) => new Measurement<long>(edges.Sum(edge => edge.Sums.ByTransport[i]), new KeyValuePair<string, object?>("transport", name))),
    ];

    private static Measurement<long>[] CatchUps(IReadOnlyList<EdgeFigures> edges) =>
    [
        new(edges.Sum(edge => edge.FallenBehind), new KeyValuePair<string, object?>("cause", "fell_behind")),
        new(edges.Sum(edge => edge.CameBackBehind), new KeyValuePair<string, object?>("cause", "subscribed_behind")),
    ];

    private static Measurement<long>[] Asked(RelayFigures relayed) => [.. RelayFigures.Outcomes.Select((name, i) => Ended(relayed.Asked((RelayOutcome)i), name))];

    private static Measurement<long>[] Served(RelayFigures relayed) => [.. RelayFigures.OutcomesHere.Select(outcome => Ended(relayed.Served(outcome), RelayFigures.Outcomes[(int)outcome]))];

    private static Measurement<long> Ended(long requests, string outcome) => new(requests, new KeyValuePair<string, object?>("outcome", outcome));

    private static Measurement<long>[] UnderWay(RelayFigures relayed) =>
    [
        new(relayed.Asking, new KeyValuePair<string, object?>("side", "asking")),
        new(relayed.Serving, new KeyValuePair<string, object?>("side", "serving")),
    ];

    private static Measurement<int>[] Inboxes(ActorSystem system, EdgeServices edges) =>
        [.. edges.Edges.Select((edge, i) => new Measurement<int>(system.MessagesWaiting(edge), new KeyValuePair<string, object?>("edge", i)))];

    private static Measurement<long>[] Both(long channels, long sessions) =>
    [
        new(channels, new KeyValuePair<string, object?>("kind", "channel")),
        new(sessions, new KeyValuePair<string, object?>("kind", "session")),
    ];
}

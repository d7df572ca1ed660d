using System.Diagnostics.Metrics;
using RealTimeActors.Engine.Connections;
using RealTimeActors.Protocol;

namespace RealTimeActors.Engine.Telemetry;

/// <summary>
/// What Core records while it works: made once by the host, from its meter. Recording takes no lock that anybody waits behind, and nothing is read back, so it changes nothing
/// about what Core does.
/// </summary>
/// <remarks>A record costs 30 to 130 ns while somebody listens and nothing otherwise, so nothing here is called per event or per subscriber: once per run of an actor, per row, per
/// group. What one actor counts alone it keeps in plain fields (<see cref="EdgeFigures"/>), which are looked at when somebody asks. Every instrument has its line in
/// <c>src/RealTimeActors.Hosting/METRICS.md</c>.</remarks>
public sealed partial class EngineMeters
{
    /// <summary>The name of the meter and of the activity source: add it to your own telemetry to get these figures there.</summary>
    public const string Name = "RealTimeActors";

    private static readonly InstrumentAdvice<double> _seconds = new()
    {
        HistogramBucketBoundaries = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    /// <summary>Around what a hand-over may take, and what a lost node may.</summary>
    private static readonly InstrumentAdvice<double> _pauseSeconds = new() { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2, 3, 4] };

    private readonly Meter _meter;
    private readonly Histogram<double> _stages;
    private readonly Histogram<double> _publishes;
    private readonly Histogram<double> _pauses;
    private readonly Counter<long> _published;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _errors;
    private readonly Counter<long> _notResumed;
    private readonly Counter<long> _ended;
    private readonly Counter<long> _deadLetters;
    private readonly UpDownCounter<long> _undecided;
    private readonly UpDownCounter<long> _present;
    private readonly Counter<long> _presenceTold;

    /// <summary>The instruments of one node.</summary>
    /// <param name="meter">Of the host, named <see cref="Name"/>. It lives as long as the node.</param>
    public EngineMeters(Meter meter)
    {
        ArgumentNullException.ThrowIfNull(meter);
        _meter = meter;
        _stages = meter.CreateHistogram("realtime.stage.duration", "s", "How long one run of events took through one stage.", tags: null, _seconds);
        _publishes = meter.CreateHistogram("realtime.publish.duration", "s", "From the arrival of a publish to its receipt.", tags: null, _seconds);
        _pauses = meter.CreateHistogram("realtime.shard.pause", "s", "How long what came for a shard waited for a node to have it: of each pause, what waited longest.", tags: null, _pauseSeconds);
        _published = meter.CreateCounter<long>("realtime.events.published", "{event}", "Events that channels took, by what became of them.");
        _refused = meter.CreateCounter<long>("realtime.events.refused", "{event}", "Events that channels did not take, by error code.");
        _errors = meter.CreateCounter<long>("realtime.errors", "{error}", "Requests that were answered with an error, by transport and code.");
        _notResumed = meter.CreateCounter<long>("realtime.sessions.not_resumed", "{session}", "Clients that came back to a session they did not get, by reason.");
        _ended = meter.CreateCounter<long>("realtime.sessions.ended", "{session}", "Sessions that are gone, by reason.");
        _deadLetters = meter.CreateCounter<long>("realtime.events.dead_lettered", "{event}", "Events that sessions gave up on, once for each that did.");
        _undecided = meter.CreateUpDownCounter<long>("realtime.events.undecided", "{event}", "Events that wait for the disk.");
        _present = meter.CreateUpDownCounter<long>("realtime.presence.members", "{member}", "Sessions that are present, once for each channel; who has the grace time to come back is among them.");
        _presenceTold = meter.CreateCounter<long>("realtime.presence.changes", "{change}", "Gathered changes that edges were told of, each once for all edges.");
    }

    /// <summary>Nobody listens.</summary>
    public static EngineMeters None { get; } = new(new Meter($"{Name}.None"));

    /// <summary>Whether somebody wants to know how long things take: only then is the clock asked.</summary>
    public bool TakesTime => _stages.Enabled || _publishes.Enabled;

    /// <summary>Lets every counter be seen at zero before it has counted anything, so that its first step is a step. To be called when a listener has come.</summary>
    public void BeginAtZero()
    {
        foreach (var outcome in Enum.GetValues<PublishOutcome>())
            Published(outcome, 0);

        foreach (var code in Enum.GetValues<ErrorCode>())
        {
            Refused(code, 0);
            foreach (var transport in TransportNames.All)
                _errors.Add(0, Tag("transport", transport), Tag("code", ErrorCodes.NameOf(code)));
        }

        foreach (var reason in new[] { "unknown", "foreign", "expired" })
            _notResumed.Add(0, Tag("reason", reason));

        foreach (var reason in new[] { "ended", "expired" })
            _ended.Add(0, Tag("reason", reason));

        _deadLetters.Add(0);
        _undecided.Add(0);
        _present.Add(0);
        _presenceTold.Add(0);
    }

    /// <summary>How long the oldest publish of a run took from its arrival to the run that decided on it, and so on: see <see cref="Stage"/>.</summary>
    internal void Took(Stage stage, TimeSpan time) => _stages.Record(time.TotalSeconds, Tag("stage", NameOf(stage)));

    /// <summary>A publish was answered.</summary>
    /// <param name="transport"><c>websocket</c> or <c>http</c>.</param>
    /// <param name="time">Since it arrived.</param>
    public void Answered(string transport, TimeSpan time) => _publishes.Record(time.TotalSeconds, Tag("transport", transport));

    /// <summary>What was held for a shard goes on after so long.</summary>
    internal void ShardPaused(TimeSpan time) => _pauses.Record(time.TotalSeconds);

    /// <summary>Events were taken.</summary>
    internal void Published(PublishOutcome outcome, long events) => _published.Add(events, Tag("outcome", NameOf(outcome)));

    /// <summary>Events were not taken.</summary>
    internal void Refused(ErrorCode code, long events) => _refused.Add(events, Tag("code", ErrorCodes.NameOf(code)));

    /// <summary>A request was answered with an error.</summary>
    /// <param name="transport">One of <see cref="TransportNames"/>.</param>
    /// <param name="code">Which.</param>
    public void Error(string transport, ErrorCode code) => _errors.Add(
        1, Tag("transport", transport), Tag("code", ErrorCodes.NameOf(code)));

    /// <summary>A session gave up on an event, and its dead letter is written.</summary>
    internal void DeadLetter() => _deadLetters.Add(1);

    /// <summary>A client came back to a session and got another one.</summary>
    internal void NotResumed(string reason) => _notResumed.Add(1, Tag("reason", reason));

    /// <summary>A session is gone: <c>expired</c>, or <c>ended</c> by its client.</summary>
    internal void SessionEnded(string reason) => _ended.Add(1, Tag("reason", reason));

    /// <summary>So many more events (or fewer) wait for the disk.</summary>
    internal void UndecidedChanged(long by) => _undecided.Add(by);

    /// <summary>So many more members (or fewer) are present somewhere.</summary>
    internal void PresentChanged(long by) => _present.Add(by);

    /// <summary>What changed in a channel was told to its edges.</summary>
    internal void PresenceTold() => _presenceTold.Add(1);

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);

    private static string NameOf(Stage stage) => stage switch
    {
        Stage.Decide => "decide",
        Stage.Persist => "persist",
        Stage.FanOut => "fan_out",
        _ => "write",
    };

    private static string NameOf(PublishOutcome outcome) => outcome switch
    {
        PublishOutcome.Persisted => "persisted",
        PublishOutcome.Accepted => "accepted",
        PublishOutcome.Duplicate => "duplicate",
        PublishOutcome.Lost => "lost",
        _ => "unknown",
    };
}

using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using RealTimeActors.Actors;
using RealTimeActors.Dispatch;
using RealTimeActors.Edge;
using RealTimeActors.Edge.Authentication;
using RealTimeActors.Engine;
using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Connections;
using RealTimeActors.Engine.DeadLetters;
using RealTimeActors.Engine.Feeds;
using RealTimeActors.Engine.Inspection;
using RealTimeActors.Engine.Integrity.Checkpoints;
using RealTimeActors.Engine.Presence;
using RealTimeActors.Engine.Relays;
using RealTimeActors.Engine.Telemetry;
using RealTimeActors.Hosting.Clustering;
using RealTimeActors.Hosting.Integrity;
using RealTimeActors.Hosting.Settings;
using RealTimeActors.Hosting.Telemetry;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.PostgreSql;
using RealTimeActors.Persistence.Sqlite;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Integrity;

namespace RealTimeActors.Hosting;

/// <summary>One node put together: the Core behind its five doors, from the opened journal to the last flush.</summary>
internal sealed partial class RealTimeNode : IEngine, IAsyncDisposable
{
    private const string WasDrained = "the node was drained";

    private readonly ThreadPoolActorSystem _system;
    private readonly IJournal? _journal;
    private readonly NodeInCluster? _cluster;
    private readonly RealTimeEngine _engine;
    private readonly CheckpointSigner _signer;
    private readonly JwtAuthenticator? _authenticator;
    private readonly TimeSpan _drainWithin;
    private readonly TimeSpan _spread;
    private readonly ILogger _log;
    private readonly DeadLetterLog _deadLetters;
    private readonly JournalLog _journalLog;
    private readonly ActivityTraces _traces;
    private readonly NodeMeters _meters;
    private readonly CancellationTokenSource _stopping = new();
    private bool _isDisposed;
    private volatile string? _notReady = "the server is starting";

    /// <summary>Why it takes no part in its cluster; null: it does, or there is none.</summary>
    private volatile string? _waits;

    /// <exception cref="SqliteJournalException">The journal cannot be opened.</exception>
    /// <exception cref="PostgreSqlStoreException">The journal cannot be opened.</exception>
    /// <exception cref="Sharding.Tcp.TcpNodesException">The address for other nodes cannot be listened on.</exception>
    public RealTimeNode(
        ServerSettings settings, ILogger<RealTimeNode> log, ILogger<JwtAuthenticator> authenticationLog, IMeterFactory meters, EngineMeters engineMeters, ActivityTraces traces)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _log = log;
        _traces = traces;
        _drainWithin = settings.DrainWithin;
        _spread = settings.DrainSpread;
        Description = new NodeDescription(settings.Cluster?.Node ?? settings.Engine.Node, ProgramVersion.Text, settings.Journal.ToString().ToLowerInvariant(), TimeProvider.System.GetUtcNow());
        NoClients = settings.Roles.HasFlag(NodeRoles.Edge)
            ? null
            : $"{Description.Node} has the role core only and takes no clients: connect to a node with the role edge (realtime.roles)";
        var meter = meters.Create(EngineMeters.Name);
        _system = new ThreadPoolActorSystem();
        _deadLetters = new DeadLetterLog(_system, log, TimeProvider.System);
        _authenticator = settings.Jwt is { } jwt ? new JwtAuthenticator(jwt, TimeProvider.System, authenticationLog) : null;
        _meters = new NodeMeters(meter, _system);
        Meters = engineMeters;
        _signer = new CheckpointSigner(CheckpointKeys.Open(settings), log);
        var services = new EngineServices
        {
            Authenticator = _authenticator is null ? null : new MeasuredAuthenticator(_authenticator, meter, _traces),
            Meters = engineMeters,
            Traces = _traces,
            Signer = _signer,
        };
        if (settings.Cluster is null)
        {
            _journal = Journals.Open(settings, meter);
            _engine = new RealTimeEngine(_system, _journal, SystemEntropy.Instance, settings.Engine, services);
        }
        else
        {
            _waits = "it has not joined the cluster yet";
            _cluster = NodeInCluster.Start(settings, _system, meter, services, new NodeOrders(BeginToDrain, EndDrain, TellOverload, TellWaits), log);
            _engine = _cluster.Engine;
            _engine.StartRequestJudge();
        }

        _journalLog = new JournalLog(() => JournalDown?.Report, log, TimeProvider.System);
    }

    public ActorSystem System => _system;

    public IActorRef<ChannelCommand> Channels => _engine.Channels;

    public IAuthenticator? Authenticator => _engine.Authenticator;

    public IAuthenticator? RequestAuthenticator => _engine.RequestAuthenticator;

    public IActorRef<UserCommand> RequestJudge => _engine.RequestJudge;

    public AccessRules Access => _engine.Access;

    public IActorRef<UserCommand> Users => _engine.Users;

    public EngineMeters Meters { get; }

    public ITraces? Traces => _traces;

    public IActorRef<FeedCommand> Feeds => _engine.Feeds;

    public IActorRef<PresenceCommand> Presence => _engine.Presence;

    public IActorRef<ReplayCommand> Replays => _engine.Replays;

    public IActorRef<InspectionCommand> Inspector => _engine.Inspector;

    public IActorRef<CheckpointCommand>? Checkpoints => _engine.Checkpoints;

    public CheckpointKey? CheckpointKey => _signer.Key;

    public HttpRelays? Relays => _engine.Relays;

    public NodeDescription Description { get; }

    public string? NoClients { get; }

    IActorRef<object>? IEngine.Cluster => _cluster?.Place;

    public string? NotReady => _notReady ?? _waits;

    public string? Overload => _cluster?.Overload;

    public JournalOutage? JournalDown
    {
        get
        {
            // Whoever asks again finds out whether it works again, also when nobody publishes because it did not.
            switch (_journal)
            {
                case null:
                    var lost = _cluster!.Outage;
                    _cluster.Probe();
                    return lost;
                case SqliteJournal sqlite:
                    var fault = sqlite.Outage;
                    sqlite.Probe();
                    return fault;
                case PostgreSqlJournal database:
                    var trouble = database.Outage;
                    database.Probe();
                    return trouble;
                default:
                    return null;
            }
        }
    }

    public IConnection Open(ITransport transport) => _engine.Open(transport);

    /// <summary>The cluster that it is a part of; null: it is alone.</summary>
    internal NodeInCluster? Cluster => _cluster;

    /// <summary>Ends when another server has taken the store over, or the others hold this one for dead: it can write nothing any more, and has to stop.</summary>
    internal Task<string> StoreLost => _cluster?.Died ?? (_journal as PostgreSqlJournal)?.Lost ?? new TaskCompletionSource<string>().Task;

    /// <summary>Why it made the host stop; null: it did not.</summary>
    internal string? DisplacedBecause { get; set; }

    /// <summary>From now on traffic may come.</summary>
    internal void BecomeReady()
    {
        _notReady = null;
        _cluster?.Join();
    }

    internal void TellStoreLost(string reason) => StoppingWithoutStore(_log, reason);

    /// <summary>From now on traffic should go elsewhere.</summary>
    internal void BecomeUnready() => _notReady = "the server is stopping";

    /// <summary>An operator wants everything here to go elsewhere: from now on clients do, and nobody new comes; the shards are the cluster's affair. It goes on answering until it is stopped.</summary>
    private void BeginToDrain()
    {
        // A node that stops drains, too, and has sent its clients away before.
        if (Interlocked.CompareExchange(ref _notReady, WasDrained, null) is not null)
            return;

        DrainedByOrder(_log);
        _ = CloseThoseWhoStayAsync();

        async Task CloseThoseWhoStayAsync()
        {
            var within = _drainWithin > _spread ? _drainWithin : _spread;
            await AllGoAsync(within, within, _stopping.Token);
            if (!_stopping.IsCancellationRequested && _notReady == WasDrained)
                _engine.CloseAll(CloseCode.GoingAway, "The node is being drained.", new Departures(_engine.Edges));
        }
    }

    /// <summary>Asks clients to connect elsewhere first, and then to let go of what they have here.</summary>
    /// <param name="told">How long they are told that they have.</param>
    /// <param name="wait">How long they are waited for.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    private async Task AllGoAsync(TimeSpan told, TimeSpan wait, CancellationToken cancellationToken)
    {
        var departures = new Departures(_engine.Edges);
        _engine.GoAway(told, _spread, _cluster?.ClientAddresses, departures);
        try
        {
            await departures.AllLeft.WaitAsync(wait, cancellationToken);
        }
        catch (Exception over) when (over is TimeoutException or OperationCanceledException)
        {
            // Whoever is left is closed.
        }
    }

    /// <summary>An operator has taken the drain back: clients may come again. A node that stops goes on to do so.</summary>
    private void EndDrain()
    {
        if (Interlocked.CompareExchange(ref _notReady, null, WasDrained) == WasDrained)
            UndrainedByOrder(_log);
    }

    private void TellOverload(string? reason)
    {
        if (reason is not null)
            TurningAway(_log, reason);
        else
            TakingAgain(_log);
    }

    private void TellWaits(string? reason, bool isTrouble)
    {
        _waits = reason;
        if (reason is null)
            TakesPart(_log);
        else if (isTrouble)
            Apart(_log, reason);
    }

    /// <summary>Takes no new connections, asks those that are here to leave and waits for them, bounded.</summary>
    internal async Task DrainAsync(CancellationToken cancellationToken)
    {
        // A host is stopped once more when it is disposed: nobody is left to wait for.
        if (Volatile.Read(ref _isDisposed))
            return;

        _notReady = "the server is stopping";
        Draining(_log, _drainWithin);
        await _stopping.CancelAsync();
        var began = TimeProvider.System.GetTimestamp();
        var departures = new Departures(_engine.Edges);

        // Of several nodes another one takes them, before this one lets them go. Of one there is no other to go to first, and who has lost his store is of no use to anybody: the connections are closed as soon as they are
        // told. Clients come back at the moments that they have drawn all the same, which is why they are told the whole spread, however short the drain is.
        var told = _drainWithin > _spread ? _drainWithin : _spread;
        if (_cluster is null || StoreLost.IsCompleted)
            _engine.GoAway(told, _spread, _cluster?.ClientAddresses);
        else
            await AllGoAsync(told, _spread < _drainWithin * 0.75 ? _spread : _drainWithin * 0.75, cancellationToken);

        _engine.CloseAll(CloseCode.GoingAway, "The server is stopping.", departures);
        try
        {
            var left = _drainWithin - TimeProvider.System.GetElapsedTime(began);
            await departures.AllLeft.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, cancellationToken);
            Drained(_log);
        }
        catch (TimeoutException)
        {
            NotDrained(_log, _drainWithin);
        }

        if (_cluster is not null)
            await _cluster.LeaveAsync(_drainWithin, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
            return;

        _notReady = "the server is stopping";
        await _stopping.CancelAsync();
        await _journalLog.DisposeAsync();
        await _system.StopAsync();
        if (_authenticator is not null)
            await _authenticator.DisposeAsync();

        // After the actors: whatever they had told the journal is written before it lets go of the file.
        if (_cluster is not null)
            await _cluster.DisposeAsync();

        switch (_journal)
        {
            case IAsyncDisposable journal:
                await journal.DisposeAsync();
                break;
            case IDisposable journal:
                journal.Dispose();
                break;
        }

        _signer.Dispose();
        _deadLetters.Dispose();
        _meters.Dispose();
        _stopping.Dispose();
    }
}

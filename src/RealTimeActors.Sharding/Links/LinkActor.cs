using RealTimeActors.Actors;
using RealTimeActors.Persistence.EventSourcing;

namespace RealTimeActors.Sharding.Links;

/// <summary>
/// The link with one other node: whatever this node's actors tell actors over there, and the other way round, goes through it, in order. While a connection lasts nothing is lost;
/// with it end all stand-ins for the other node's actors, and who waits for an answer is told that none will come.
/// </summary>
/// <remarks>Takes <see cref="LinkEvent"/> from the wire and <see cref="LinkMessage"/> from the stand-ins. What is told in one run leaves in one write.</remarks>
public sealed partial class LinkActor : Actor<object>, LinkTable.IActors
{
    private const int KeptBytesMax = 1 << 20;
    private const string NoMember = "the other node is not a member any more";

    private static readonly object _beat = new();
    private static readonly object _redial = new();
    private static readonly object _partDue = new();

    private readonly LinkOptions _options;
    private PayloadWriter _batch = new(4_096);
    private PayloadWriter _frame = new(4_096);
    private INodeLink? _link;
    private LinkTable? _table;

    /// <summary>A connection on which nothing is said any more, and which is closed when its last word has had the time to arrive.</summary>
    private INodeLink? _parting;
    private bool _isMet;
    private long _heardAt;
    private long _sentAt;
    private int _tries;
    private int _standIns;

    private IActorRef<object>? _ended;

    /// <summary>What a dead letter held for another node: a link that is stopped leaves what its actors told it behind, and whoever waits for an answer to that has to be told. The message itself where it held
    /// nothing.</summary>
    public static object ToldIn(object deadLetter) => deadLetter is LinkMessage told ? told.Message : deadLetter;

    /// <summary>A link that is not connected yet.</summary>
    public LinkActor(LinkOptions options) => _options = options;

    IActorRef<object> LinkTable.IActors.Ended => _ended ??= NewEnded();

    IActorRef<object> LinkTable.IActors.StandIn(LinkTable table, LinkKind kind, long number) =>
        Context.Spawn($"{(kind == LinkKind.WellKnown ? "known" : "actor")}-{++_standIns}", () => new RemoteActor(Self, table, kind, number), RemoteActor.Options);

    IActorRef<object> LinkTable.IActors.AddressOf(LinkTable table, LinkKind kind, long number) => new RemoteAddress(Self, table, kind, number);

    bool LinkTable.IActors.TryWatch(IActorRef actor)
    {
        if (!Context.CanWatch(actor))
            return false;

        Context.Watch(actor);
        return true;
    }

    /// <inheritdoc/>
    protected override void OnStart()
    {
        Context.StartPeriodicTimer(_beat, _options.Heartbeat, _beat);
        Dial();
    }

    /// <inheritdoc/>
    protected override void Receive(object message)
    {
        switch (message)
        {
            case LinkMessage told:
                OnTold(told);
                break;
            case LinkEvent.Received received when ReferenceEquals(received.Link, _link):
                OnReceived(received.Batch);
                received.Link.Took(received.Batch.Length);
                break;
            case LinkEvent.Connected connected:
                OnConnected(connected.Link);
                break;
            case LinkEvent.Disconnected disconnected when ReferenceEquals(disconnected.Link, _link):
                End(disconnected.Reason);
                break;
            case LinkEvent.NotConnected failed:
                OnNotConnected(failed);
                break;
            case LinkFarewell:
                Part();
                break;
            default:
                OnTimer(message);
                break;
        }
    }

    /// <inheritdoc/>
    protected override void OnRunEnd() => Flush();

    /// <inheritdoc/>
    protected override void OnSignal(Signal signal)
    {
        if (signal is Signal.Terminated(var actor) && _table is { } table && table.TryEnd(actor, out var number))
            Put(LinkFrame.Ended, number);
    }

    /// <inheritdoc/>
    protected override void OnStop()
    {
        End("the node stops", redials: false);
        _parting?.Close(NoMember);
    }

    private void OnTimer(object message)
    {
        if (ReferenceEquals(message, _redial))
        {
            Dial();
        }
        else if (ReferenceEquals(message, _partDue))
        {
            Context.Stop(Self);
        }
        else if (ReferenceEquals(message, _beat) && _link is not null)
        {
            _table!.Age();
            if (Context.Time.GetElapsedTime(_heardAt) > _options.Silence)
                End($"nothing came for {_options.Silence.TotalMilliseconds} ms");
            else if (Context.Time.GetElapsedTime(_sentAt) >= _options.Heartbeat)
                Put(LinkFrame.Beat, 0);
        }
    }

    private void OnConnected(INodeLink link)
    {
        if (_parting is not null)
        {
            link.Close(NoMember);
            return;
        }

        End("another connection takes its place", redials: false);
        _link = link;
        _table = new LinkTable(this, _options.Codec, _options.WellKnown, _options.Others);
        _heardAt = _sentAt = Context.Time.GetTimestamp();
        _tries = 0;
        Context.CancelTimer(_redial);
        _frame.Clear();
        _frame.Byte((byte)LinkFrame.Meet);
        _frame.Varint(_options.WellKnown.Count);
        foreach (var actor in _options.WellKnown)
        {
            _frame.Text(actor.Name);
            _frame.Byte(actor.IsWatched ? (byte)1 : (byte)0);
        }

        Put();
    }

    private void OnNotConnected(LinkEvent.NotConnected failed)
    {
        if (_link is not null)
            return;

        Context.StartTimer(_redial, _options.RedialPause * Math.Min(++_tries, 10), _redial);
        _options.Owner.Tell(new LinkReport.Down(_options.Peer, failed.Reason, failed.IsRefused));
    }

    /// <summary>Whoever waits for the other node is told at once; that one is given the time to hear why.</summary>
    private void Part()
    {
        if (_link is null)
        {
            Context.Stop(Self);
            return;
        }

        Put(LinkFrame.NoMember, 0);
        Flush();
        _parting = _link;
        End(NoMember, redials: false);
        Context.CancelTimer(_redial);
        Context.StartTimer(_partDue, _options.Heartbeat, _partDue);
    }

    private void End(string reason, bool redials = true)
    {
        if (_link is not { } link || _table is not { } table)
            return;

        table.End();
        (_link, _table, _isMet) = (null, null, false);
        _batch.Clear();
        if (link != _parting)
            link.Close(reason);

        foreach (var standIn in _options.Bug == PlantedShardBug.StandInsKept ? [] : table.StandIns)
            Context.Stop(standIn);

        foreach (var watched in table.Watched)
            Context.Unwatch(watched);

        // First it is known that the link is down, then that nothing is answered: who asks again asks elsewhere.
        _options.Owner.Tell(new LinkReport.Down(_options.Peer, reason, IsRefused: false));
        foreach (var question in table.Unanswered)
            _options.Undelivered(question, $"the link with {_options.Peer} ended: {reason}", mayBeDone: true);

        // Soon: whether anybody is there still is what everybody wants to know.
        if (redials)
            Context.StartTimer(_redial, _options.RedialPause / 10, _redial);
    }

    private void Dial()
    {
        if (_link is not null)
            return;

        if (_options.IsDialer)
            _options.Dialer.Dial(Self);
        else
            _options.Dialer.Probe(Self);
    }

    private void OnTold(LinkMessage told)
    {
        if (!ReferenceEquals(told.Table, _table))
        {
            _options.Undelivered(told.Message, $"the link with {_options.Peer} has ended", mayBeDone: false);
            return;
        }

        var lastTag = _table.LastTag;
        _frame.Clear();
        _frame.Byte((byte)LinkFrame.Tell);
        _frame.Byte((byte)told.Kind);
        _frame.Varint(told.Number);
        _table.BeginWriting(told.Message);
        _options.Codec.Write(told.Message, _table, _frame);
        var reason =
            _frame.Length > _options.MessageBytesMax ? $"it has {_frame.Length} bytes, more than the {_options.MessageBytesMax} that go from node to node"
            : _table.IsUnanswerable ? "it came from another node, to which the answer would not find back"
            : null;
        if (reason is null)
        {
            Put();
            return;
        }

        _frame = new PayloadWriter(4_096);
        _table.Unwrite(lastTag);
        _options.Undelivered(told.Message, reason, mayBeDone: false);
    }

    private void Put(LinkFrame kind, long number)
    {
        _frame.Clear();
        _frame.Byte((byte)kind);
        _frame.Varint(number);
        Put();
    }

    private void Put()
    {
        _batch.Bytes(_frame.WrittenSpan);
        if (_batch.Length >= _options.BatchBytes)
            Flush();
    }

    private void Flush()
    {
        if (_batch.Length == 0 || _link is not { } link)
            return;

        var isTaken = link.Send(_batch.ToArray());
        _sentAt = Context.Time.GetTimestamp();

        // One long message is no reason to keep as much memory for good.
        if (_batch.Length > KeptBytesMax)
            (_batch, _frame) = (new PayloadWriter(4_096), new PayloadWriter(4_096));
        else
            _batch.Clear();

        if (!isTaken)
            End("it does not read fast enough: more is waiting than the link holds");
    }

    private IActorRef<object> NewEnded()
    {
        var actor = Context.Spawn<object>("ended", () => new RemoteActor(Self, null!, default, 0), RemoteActor.Options);
        Context.Stop(actor);
        return actor;
    }
}

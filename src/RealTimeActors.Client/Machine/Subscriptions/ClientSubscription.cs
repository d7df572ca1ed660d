using RealTimeActors.Client.Machine.Cursors;
using RealTimeActors.Client.Machine.State;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Client.Machine.Subscriptions;

/// <summary>One followed channel, or one pattern, or one channel of a pattern: what was asked for, and how far it has come. Belongs to its machine; others only read it.</summary>
public sealed class ClientSubscription
{
    private readonly CursorTracker _received = new();
    private readonly CursorTracker _processed = new();

    /// <summary>What the application could not process, and the server has not sent again: in which attempt, and why. Null: nothing.</summary>
    private SortedDictionary<long, (int Attempt, string? Reason)>? _nacked;

    internal ClientSubscription(ClientFrame.Subscribe request, KeptState? kept = null)
    {
        Request = request;
        Channel = request.Channel;
        Pattern = ChannelPattern.IsPattern(request.Channel) ? ChannelPattern.Parse(request.Channel) : null;
        View = request.Mode == SubscriptionMode.State ? new StateView(kept) : null;
        if (kept is not null)
            Restart(kept.Epoch, kept.Offset);
    }

    internal ClientSubscription(ClientSubscription parent, string channel)
    {
        Request = parent.Request;
        Channel = channel;
        Parent = parent;
    }

    /// <summary>The name of the channel, or the pattern.</summary>
    public string Channel { get; }

    /// <summary>As the application asked for it; for a channel of a pattern as the pattern was asked for.</summary>
    public ClientFrame.Subscribe Request { get; }

    /// <summary>The pattern that this channel came by; null: it was asked for itself.</summary>
    public ClientSubscription? Parent { get; }

    /// <summary>In mode <c>state</c>: the document, as this client sees it. null: it is followed event by event.</summary>
    public StateView? View { get; }

    /// <summary>Where it is a pattern: which.</summary>
    internal ChannelPattern? Pattern { get; }

    /// <summary>The life of the log that the offsets are of; null until the server has announced a position.</summary>
    public string? Epoch { get; private set; }

    /// <summary>Up to here everything was received, left out at the client's wish, or announced as lost.</summary>
    public long ReceivedPrefix => _received.Prefix;

    /// <summary>Up to here the application is done; what an ack says, and where a new connection goes on.</summary>
    public long ProcessedPrefix => _processed.Prefix;

    /// <summary>What was received ahead of <see cref="ReceivedPrefix"/>.</summary>
    public IReadOnlyList<OffsetRange> ReceivedAhead => _received.Ahead;

    /// <summary>Whether the server sends its events on the present connection.</summary>
    public bool IsActive => Phase == SubscriptionPhase.Active;

    /// <summary>Whether it is over.</summary>
    public bool IsEnded => Phase == SubscriptionPhase.Ended;

    /// <summary>Whatever the host wants to find again; the channels of a pattern have the pattern's.</summary>
    internal object? Host
    {
        get => Parent is null ? field : Parent.Host;
        set;
    }

    internal SubscriptionPhase Phase { get; set; } = SubscriptionPhase.Detached;

    /// <summary>The frame that its next answer belongs to; 0: none.</summary>
    internal long AnswerId { get; set; }

    /// <summary>When to ask again: for a pause its end, for a subscription of a hello the time by which its answer is missed.</summary>
    internal TimeSpan? RetryAt { get; set; }

    internal int Attempts { get; set; }
    internal int TokenAttempts { get; set; }

    /// <summary>Which restart of the cursors this is.</summary>
    internal int Life { get; private set; }

    internal bool AckWaits { get; set; }
    internal bool KeepsCursor => Request.AckMode != AckMode.None;

    /// <summary>A position could not be used for lack of the right <c>history</c>: the session's own cursor is used, which needs none.</summary>
    internal bool UsesSessionCursor { get; set; }

    /// <summary>The position was gone: the next start is told to the application as a reset, whatever the server calls it.</summary>
    internal bool IsResyncing { get; set; }

    /// <summary>The server has said that it tells no more who is there.</summary>
    internal bool IsPresenceEnded { get; set; }

    /// <summary>Whether it is to be told who is there.</summary>
    internal bool IsInterested => Request.Presence != PresenceInterest.None && !IsPresenceEnded;

    /// <summary>What the last request asked for.</summary>
    internal From? AskedFrom { get; set; }

    /// <summary>Where the session, resumed by this process, had left off in this channel; null: not known.</summary>
    internal ServerFrame.Subscribed? LeftOff { get; set; }

    /// <summary>Where to begin when the session turns out to have no cursor in this channel; null: the request says it all.</summary>
    internal From? FromWhenNew { get; init; }

    /// <summary>It was asked to begin there. When the session has it next, the answer was lost: it began anew all the same.</summary>
    internal bool IsAskedWhenNew { get; set; }

    /// <summary>What to ask for depends on the session that the next welcome tells of.</summary>
    internal bool AwaitsSession => Epoch is null && FromWhenNew is not null && Request.From is From.AtSession;

    private long _ackedVersion;

    /// <summary>Where the next subscribe begins: where this process stands, or else where the application wanted to begin.</summary>
    /// <remarks>A position moves the session's cursor there. So it is what the application is done with, not what it was handed: a process that ends with events in hand
    /// would otherwise have skipped them. What it has in hand comes again and is dropped.</remarks>
    internal From NextFrom => this switch
    {
        // Changes are of use only where there is a document that they can be made on.
        { View.IsWhole: false } or { View: not null, IsResyncing: true } or { View: not null, UsesSessionCursor: true, KeepsCursor: false } => From.Now,

        // Only the session knows how far it has come in each channel of a pattern.
        { Pattern: not null, Epoch: null, LeftOff: null, FromWhenNew: not null } => FromWhenNew,
        { Pattern: not null, Epoch: null, LeftOff: null } => Request.From,
        { Pattern: not null } => KeepsCursor ? From.Session : From.Now,
        { IsResyncing: true } => From.Earliest,
        { UsesSessionCursor: true } => From.Session,

        // Nobody has heard yet that it begins anew there: a position would be told that it goes on.
        { Epoch: null, LeftOff.Recovered: Recovered.None } => From.Session,
        { Epoch: null, LeftOff: { } leftOff } => new From.Position(leftOff.Epoch, leftOff.Missing is { } missing ? missing.From - 1 : leftOff.Offset),
        { AwaitsSession: true } => FromWhenNew!,
        { Epoch: null } => Request.From,
        _ => new From.Position(Epoch, KeepsCursor ? _processed.Prefix : _received.Prefix),
    };

    internal int RangesAhead => _received.Ahead.Count;

    internal void Restart(string epoch, long offset)
    {
        Epoch = epoch;
        Life++;
        _received.Restart(offset);
        _processed.Restart(offset);
        _nacked = null;
        _ackedVersion = _processed.Version;
    }

    /// <summary>Whether the server goes on in another life of the log, or back in this one, so that what was received says nothing of what comes.</summary>
    internal bool BeginsAnew(ServerFrame.Subscribed subscribed)
    {
        if (Epoch is null)
            return false;

        // The hello of a successor may have asked from the life before this one: of its end the present connection was told meanwhile, and what came since is of the life that goes on.
        var isToldOf = AskedFrom is From.Position asked && asked.Epoch != subscribed.Epoch && Epoch == subscribed.Epoch;
        return Epoch != subscribed.Epoch || IsResyncing || (subscribed.Recovered == Recovered.Reset && !isToldOf);
    }

    /// <summary>What the application is told of a start.</summary>
    internal Recovered RecoveredOf(ServerFrame.Subscribed subscribed, bool isFresh, bool isReset) => subscribed.Recovered switch
    {
        // It is no beginning when it goes on in the same log: what it has got stays got, and what it has lost is told.
        Recovered.None when !isFresh && !isReset => MissingWithin(new OffsetRange(1, subscribed.Offset)).Count == 0 ? Recovered.Full : Recovered.Gap,
        Recovered.Full when isFresh && IsAskedWhenNew => Recovered.None,
        var recovered => recovered,
    };

    internal bool HasReceived(long offset) => _received.Contains(offset);

    internal bool Receive(long offset) => _received.Add(offset);

    /// <summary>The server delivers again what the application could not process: once per attempt.</summary>
    internal bool ReceiveAgain(long offset, int attempt)
    {
        if (_nacked is null || !_nacked.TryGetValue(offset, out var nacked) || attempt <= Math.Max(1, nacked.Attempt))
            return false;

        _nacked.Remove(offset);
        return true;
    }

    /// <summary>The application could not process it. False: it was done with it before.</summary>
    internal bool Nack(int life, long offset, int attempt, string? reason)
    {
        if (life != Life || _processed.Contains(offset))
            return false;

        (_nacked ??= [])[offset] = (attempt, reason);
        return true;
    }

    /// <summary>The nack of an event, while the server has not sent it again; null: there is none.</summary>
    internal ClientFrame.Nack? NackOf(long offset) => _nacked is not null && _nacked.TryGetValue(offset, out var nacked) ? new ClientFrame.Nack(Channel, offset, nacked.Reason) : null;

    /// <summary>What the server has to be told again on another connection: it may not have heard of it.</summary>
    internal IEnumerable<ClientFrame.Nack> Nacks => (_nacked ?? []).Select(nacked => new ClientFrame.Nack(Channel, nacked.Key, nacked.Value.Reason));

    /// <summary>What will not come, left out or lost. What of it has come nevertheless is the application's to process.</summary>
    internal void Account(OffsetRange range)
    {
        foreach (var missing in MissingWithin(range))
            _processed.Add(missing);
        _received.Add(range);

        // The server has given up on it: it is with the dead letters, and will not come again.
        foreach (var offset in (_nacked ?? []).Keys.Where(offset => range.From <= offset && offset <= range.To).ToList())
        {
            _nacked!.Remove(offset);
            _processed.Add(offset);
        }
    }

    internal IReadOnlyList<OffsetRange> MissingWithin(OffsetRange range) => _received.MissingWithin(range);

    internal bool Process(int life, long offset)
    {
        if (life != Life || !_processed.Add(offset))
            return false;

        _nacked?.Remove(offset);
        return true;
    }

    /// <summary>Whatever was acked on a former connection may not have arrived.</summary>
    internal void ForgetAcks() => _ackedVersion = -1;

    /// <summary>The ack that is due; null when the server has heard it all.</summary>
    internal ClientFrame.Ack? TakeAck()
    {
        AckWaits = false;
        if (_ackedVersion == _processed.Version || (_processed.Prefix == 0 && _processed.Ahead.Count == 0))
            return null;

        _ackedVersion = _processed.Version;
        return new ClientFrame.Ack(Channel, _processed.Prefix, [.. _processed.Ahead.Take(AckRangesMax)]);
    }

    // An ack has to fit into one frame; what is left out is said by a later one, when the prefix has moved.
    private const int AckRangesMax = 500;
}

using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Engine.Offsets;
using RealTimeActors.Engine.Sessions;
using RealTimeActors.Engine.Shaping;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Connections;

/// <summary>
/// One connection following one channel: which offsets are dealt with, and where the next ones come from: the rings (live) or the log (catching up).
/// </summary>
/// <remarks>While live it is four cursors, one per lane, and nothing else: no queue, no timer, no message per event; stages only where a shape was asked for. Every offset is accounted for exactly once
/// (<see cref="Accounted"/>), as event, skip or gap, wherever it came from.</remarks>
internal sealed partial class Subscription(Connection connection, EdgeChannel channel, SubscriptionOptions options)
{
    private const int Lanes = 4;

    /// <summary>Where the channel stood when it was followed: up to there it is replayed.</summary>
    private long? _replayTo;
    private readonly RingCursor[] _cursors = new RingCursor[Lanes];
    private LaneRing[] _rings = [];
    private long _acked;

    /// <summary>The newest prefix that was acked since it began; -1: none.</summary>
    private long _said = -1;
    private readonly EventFilter? _filter = EventFilter.Of(options.Filter);

    /// <summary>Whether whole runs may be copied as they are, as far as they have no time to live.</summary>
    private readonly bool _takesAll = options.LeastPriority == Priority.Low && options.Filter.Count == 0;

    internal Connection Connection { get; } = connection;

    internal EdgeChannel Channel { get; } = channel;

    internal SubscriptionOptions Options { get; } = options;

    /// <summary>How it wants to see the events, shared with whoever wants the same; null: as they are. Its channel gives it.</summary>
    internal EventView? View { get; set; }

    internal WireFormat Format => Connection.Format;

    /// <summary>The life of the log that the offsets are of; empty until the channel has answered.</summary>
    internal string Epoch { get; private set; } = "";

    /// <summary>The life of the log that the client's nacks are of: before the channel has answered, that of which it was sent something.</summary>
    private string KnownEpoch => Epoch.Length == 0 && AskedFrom is From.Position(var epoch, _) ? epoch : Epoch;

    /// <summary>Whether the session has to be told of it where its actor is another: it has a position, or waits for something although the channel has not answered yet.</summary>
    internal bool IsKnownToSession => !HasInbox && (Epoch.Length > 0 || HasNacked);

    /// <summary>Whether the channel has a log on disk.</summary>
    internal bool IsDurable { get; private set; }

    /// <summary>Events after it follow.</summary>
    internal long StartedAt { get; private set; }

    /// <summary>What this subscription was told of, in one of the three ways.</summary>
    internal OffsetSet Accounted { get; private set; } = new(0);

    /// <summary>What of that the session had acked before: offsets after the start that will not come.</summary>
    internal IReadOnlyList<OffsetRange> DoneBefore { get; private set; } = [];

    /// <summary>Where it stands in its channel's list; -1: not there.</summary>
    internal int Place { get; set; } = -1;

    /// <summary>Whether the client was told of its position, so that events may follow.</summary>
    internal bool IsStarted
    {
        get;
        set
        {
            field = value;
            WasStarted |= value;
        }
    }

    /// <summary>Whether the client was ever told of its position.</summary>
    internal bool WasStarted { get; private set; }

    /// <summary>Whether the connection knows that something may be there to be sent.</summary>
    internal bool IsReady { get; set; }

    /// <summary>Whether its session's acks are waited for by publishers.</summary>
    internal bool IsCounted => Options.AckMode != AckMode.None && IsStarted && !HasUntoldReset;

    /// <summary>The pattern that it came by; null: its channel was subscribed to by name.</summary>
    internal Following? By { get; init; }

    /// <summary>Where it was asked to begin.</summary>
    internal From AskedFrom { get; init; } = From.Now;

    /// <summary>What was dealt with beyond that, when it was asked for.</summary>
    internal IReadOnlyList<OffsetRange> AskedAhead { get; init; } = [];

    /// <summary>Whether the session has a cursor of its channel that may lie behind where it was asked to begin.</summary>
    internal bool KeepsCursor { get; init; }

    /// <summary>The question to the channel, or its answer, that the client was not told of yet; null: it was told of all.</summary>
    internal PendingJoin? Asked { get; set; }

    /// <summary>Whether its log has begun another life and the client was not told: what it acks is of the former one.</summary>
    internal bool HasUntoldReset => Asked?.From is From.Position { Epoch: var epoch } && epoch != Epoch;

    /// <summary>Whether its channel was followed on this connection already when it was asked for.</summary>
    internal bool IsAgain { get; init; }

    /// <summary>How many pongs of the client there are when it is sure to know of this life of the log, or of this subscription: what it acked before may be meant of the former one.</summary>
    internal long KnownAfterPongs { get; set; }

    /// <summary>Whether the client hears of it only when it was told of its pattern.</summary>
    internal bool IsHeld { get; set; }

    /// <summary>Whether it is there to catch up, and counts among those that may do so at one time.</summary>
    internal bool IsVisit { get; set; }

    /// <summary>Whether nothing is left to be sent, held or told, so that all there is to know of it is its position.</summary>
    internal bool MayRest => By is not null && IsStarted && Asked is null && Place >= 0 && !_isCatchingUp && !HasInbox && HeldCount == 0 && !HasNacked && !Accounted.HasAhead && Accounted.Prefix == Channel.Head;

    /// <summary>Whether it began with the right to read what was published before.</summary>
    internal bool ReadsHistory { get; init; }

    /// <summary>Whether it still needs that right.</summary>
    internal bool IsReplayingHistory => ReadsHistory && (_replayTo is not { } to || Accounted.Prefix < to);

    /// <summary>Why the server has ended it; null: it has not.</summary>
    internal string? EndedBecause { get; set; }

    /// <summary>Whether it reads from the log.</summary>
    internal bool IsCatchingUp => _isCatchingUp;

    /// <summary>Committed events that were not written to it yet; of an inbox those are not known.</summary>
    internal long Lag => IsStarted && !HasInbox ? Math.Max(0, Channel.Head - Accounted.Prefix) : 0;

    /// <summary>Committed events that the client has not acked yet; 0 where it does not ack.</summary>
    internal long Unacked => IsCounted && !HasInbox ? Math.Max(0, Channel.Head - _acked) : 0;

    /// <summary>The client has dealt with everything up to here. False: it had said so before.</summary>
    internal bool OnAcked(long prefix)
    {
        if (prefix <= _said)
            return false;

        _said = prefix;
        _acked = Math.Max(_acked, prefix);
        return true;
    }

    private bool Has(PlantedBug bug) => Connection.Has(bug);

    /// <summary>The channel has answered: what follows comes after <paramref name="start"/>. What the session had done ahead of its prefix is accounted for already.</summary>
    internal void Begin(StartPosition start, bool isDurable, IReadOnlyList<OffsetRange> ahead, StateDocument? snapshot)
    {
        BeginSnapshot(start, snapshot);
        _replayTo ??= start.Head;
        if (KnownEpoch != start.Epoch)
            _nacked = null;

        // One that goes on where it was has been sent more than its client has acked.
        if (Epoch != start.Epoch || start.Recovered != Recovered.Full)
            (_acked, _said) = (start.Offset, -1);

        StartedAt = start.Offset;
        Epoch = start.Epoch;
        IsDurable = isDurable;
        Accounted = new OffsetSet(start.Offset);
        if (start.Recovered is Recovered.Full or Recovered.Gap)
        {
            foreach (var range in ahead)
                Accounted.Add(range.From, range.To);
        }

        _inbox = null;
        _lagToTell = null;
        ResetStages();

        // With a gap the start may have moved up to what was acked ahead: then that is part of the prefix.
        DoneBefore = Accounted.Prefix > start.Offset ? [new OffsetRange(start.Offset + 1, Accounted.Prefix), .. Accounted.Ahead] : [.. Accounted.Ahead];

        _rings = Channel.Rings(Format);

        // Where the rings hold everything that follows, there is nothing to be read from the log.
        var isHeldByRings = Array.TrueForAll(_rings, ring => ring.DroppedTo <= start.Offset);
        for (var lane = 0; lane < Lanes; lane++)
            _cursors[lane] = isHeldByRings ? _rings[lane].After(start.Offset) : new RingCursor(_rings[lane].EndRun, 0);

        _page = null;
        _hasBeenLive = false;
        _isCatchingUp = (start.Offset < start.Head && !isHeldByRings) || _isToldBehind;
        _isPlaced = !_isCatchingUp;
        _readNext = start.Offset + 1;
    }

    /// <summary>How it stands, for people who look at it.</summary>
    internal SubscriptionReport Report() => new(Channel.Name, Epoch, Accounted.Prefix, IsStarted && Place >= 0 && !_isCatchingUp, HeldCount);

    /// <summary>What the session has to know of it: how far the client has acked, and not how far it was sent, and what it nacked and waits for. An ack of before it began anew says nothing of where it began: a
    /// state that came there is owed still.</summary>
    internal SessionSubscription Cursor() =>
        new(Channel.Name, Options, IsDurable, KnownEpoch, _acked, []) { IsByPattern = By is not null, IsAcked = _said == _acked, NeedsSnapshot = OwesState, Nacked = AwaitedAgain() };

    /// <summary>Joins from here when the channel actor was replaced.</summary>
    internal From.Position Resume() => new(Epoch, Has(PlantedBug.HeldForgottenAtRejoin) ? Pulled.Prefix : Accounted.Prefix);
}

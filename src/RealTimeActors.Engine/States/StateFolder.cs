using RealTimeActors.Actors;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.States;

/// <summary>
/// Folds a channel's log up to an offset, beside the channel and page by page, so that nobody waits for it but who asked. Begins with the state that is kept of the trim point, and may keep the result as
/// the next such state.
/// </summary>
/// <remarks>
/// The kept state is the newest row of a stream of its own. It is on disk before the log is trimmed up to it, so whatever is cut away was folded: a log that turns out to be trimmed beyond where the
/// fold stands has a newer kept state, and the fold begins anew with that. A log that is trimmed and has none had no state there.
/// </remarks>
internal sealed class StateFolder(FoldOrder order, IJournal journal, IActorRef<object> channel) : Actor<object>
{
    private const int PageBytesMax = 262_144;
    private const int PageEventsMax = 4_096;

    /// <summary>How often the log may be trimmed away before the fold: each time it begins anew.</summary>
    private const int TriesMax = 5;

    private readonly StreamId _log = ChannelActor.StreamOf(order.Channel);
    private readonly StreamId _kept = StreamOf(order.Channel);
    private SharedState _state = new();
    private long _next;
    private long _trimmedTo = order.TrimmedTo;
    private long _keptLast;
    private int _tries;

    /// <summary>What the names of the streams of kept states begin with.</summary>
    internal const string StreamPrefix = "state/";

    internal static StreamId StreamOf(ChannelName channel) => new(StreamPrefix + channel);

    protected override void OnStart()
    {
        if (order.From is { } from)
            GoOnFrom(from);
        else
            Begin();
    }

    protected override void Receive(object message)
    {
        try
        {
            Handle(message);
        }
        catch (InvalidDataException damaged)
        {
            Fail(ErrorCode.Internal, damaged.Message);
        }
    }

    private void Handle(object message)
    {
        switch (message)
        {
            case JournalReply.Loaded loaded:
                OnLoaded(loaded);
                break;
            case JournalReply.RowsRead rows when rows.Stream == _kept:
                OnKept(rows);
                break;
            case JournalReply.RowsRead rows:
                OnRows(rows);
                break;
            case JournalReply.Appended:
                journal.Trim(_kept, _keptLast, Self);
                End(new StateReply.BaseKept(order.At));
                break;
            case JournalReply.ReadFailed(_, _, var why, _):
                Fail(ErrorCode.Internal, why);
                break;
            case JournalReply.AppendFailed(_, _, _, var why):
                Fail(ErrorCode.Internal, why);
                break;
            case JournalReply.AppendUnknown(_, _, var why):
                Fail(ErrorCode.Internal, why);
                break;
        }
    }

    private void Begin()
    {
        if (++_tries > TriesMax)
            Fail(ErrorCode.Overloaded, $"The log of {order.Channel} is trimmed faster than it can be read; its state at offset {order.At} is not to be had.");
        else
            journal.Load(_kept, Self);
    }

    private void OnLoaded(JournalReply.Loaded loaded)
    {
        _keptLast = loaded.Last;
        if (loaded.Last > 0)
            journal.Read(_kept, loaded.Last, 1, int.MaxValue, null, Self);
        else
            GoOnFrom(new StateAt(_trimmedTo, _state.Document, new RuleSets()));
    }

    private void OnKept(JournalReply.RowsRead rows)
    {
        if (rows.Rows is not [.., var newest])
        {
            // A newer one has taken its place since it was asked for.
            Begin();
            return;
        }

        var kept = SharedStateFormat.ReadBase(newest.Payload);
        if (order.IsKept && kept.Offset >= order.At)
            End(new StateReply.BaseKept(order.At));
        else if (kept.Offset > order.At && _trimmedTo == 0)
            GoOnFrom(new StateAt(0, Conflicts.StateDocument.Empty, new RuleSets()));
        else
            GoOnFrom(kept);
    }

    private void GoOnFrom(StateAt state)
    {
        _state = new SharedState { Document = state.Document, Rules = state.Rules.Copy() };
        _next = state.Offset + 1;
        if (_next > order.At + 1)
            Fail(ErrorCode.PositionGone, $"The state of {order.Channel} is kept from offset {state.Offset} on; {order.At} lies before it.");
        else
            ReadOnOrEnd();
    }

    private void ReadOnOrEnd()
    {
        if (_next <= order.At)
            journal.Read(_log, _next, PageEventsMax, PageBytesMax, null, Self);
        else
            OnFolded();
    }

    private void OnRows(JournalReply.RowsRead read)
    {
        foreach (var row in read.Rows)
        {
            if (row.First > _next)
                break;

            foreach (var stored in ChannelFormat.ReadRow(order.Channel.Value, row, out _))
            {
                if (stored.Event.Offset != _next || _next > order.At)
                    continue;

                _state.Fold(stored);
                _next++;
            }
        }

        var isHole = read.Rows is [var first, ..] ? first.First > _next : _next <= order.At;
        if (!isHole)
        {
            ReadOnOrEnd();
        }
        else if (read.Trim >= _next)
        {
            _trimmedTo = read.Trim;
            Begin();
        }
        else
        {
            Fail(ErrorCode.Internal, $"The log of {order.Channel} is expected to hold offset {_next}; it does not. It is damaged: restore it from a backup.");
        }
    }

    private void OnFolded()
    {
        var state = new StateAt(order.At, _state.Document, _state.Rules);
        if (order.IsKept)
            journal.Append(_kept, _keptLast, new JournalRow(_keptLast + 1, 1, SharedStateFormat.Write(state)), Self);
        else
            End(new StateReply.Folded(state));
    }

    private void Fail(ErrorCode code, string message) => End(new StateReply.Failed(order, code, message));

    private void End(StateReply reply)
    {
        channel.Tell(reply);
        Context.Stop(Self);
    }
}

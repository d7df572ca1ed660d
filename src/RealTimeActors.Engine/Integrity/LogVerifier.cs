using RealTimeActors.Engine.Channels;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Protocol.Integrity;

namespace RealTimeActors.Engine.Integrity;

/// <summary>
/// Goes over the stored log of one channel, piece by piece in order, and says where it is first not what was written: offsets without holes, every hash as it follows from
/// the event and from the hash before it, times that never go back, and nothing that a checkpoint contradicts.
/// </summary>
/// <remarks>Where retention has let the beginning go, the chain is taken up at the first event that is left: its own hash binds what came before it.</remarks>
public sealed class LogVerifier
{
    private const string StreamPrefix = "channel/";
    private readonly byte[] _previous = new byte[EventHash.Bytes];
    private readonly byte[] _hash = new byte[EventHash.Bytes];
    private readonly long _firstExpected;
    private long _timeUnixMs;

    /// <summary>A verifier of the log in a stream.</summary>
    /// <param name="stream">One whose name begins with <see cref="Streams"/>.</param>
    /// <param name="trim">The entries up to here were let go.</param>
    /// <param name="points">What checkpoints say of the log; null: nothing.</param>
    public LogVerifier(StreamId stream, long trim, LogPoints? points = null)
    {
        Channel = stream.Value[StreamPrefix.Length..];
        Points = points ?? LogPoints.None;
        _firstExpected = trim + 1;
    }

    /// <summary>What the names of all streams begin with that hold a channel's log.</summary>
    public static string Streams => StreamPrefix;

    /// <summary>The channel.</summary>
    public string Channel { get; }

    /// <summary>What checkpoints say of the log.</summary>
    public LogPoints Points { get; }

    /// <summary>Events that were found to be as they were written.</summary>
    public long Events { get; private set; }

    /// <summary>The last of their offsets; 0: none yet.</summary>
    public long Head { get; private set; }

    /// <summary>The first offset that the stream says it still holds; where it is not 1, what was before was let go.</summary>
    public long Begin => _firstExpected;

    /// <summary>Events behind the newest that a checkpoint vouches for: they are chained, and whoever can write the store could cut them off or write them anew.</summary>
    public long Unsigned => Math.Max(0, Head - Math.Max(Points.Newest?.Offset ?? 0, _firstExpected - 1));

    /// <summary>The offset that must come next; null before the first row.</summary>
    private long? Next => Head == 0 ? null : Head + 1;

    /// <summary>Takes the next row of the stream.</summary>
    /// <param name="row">As it is stored.</param>
    /// <param name="isIntact">Whether the store's own checksum of it is right.</param>
    /// <returns>Null where everything is as it was written. After a fault nothing more can be said about the rows behind it.</returns>
    public LogFault? Accept(JournalRow row, bool isIntact)
    {
        ArgumentNullException.ThrowIfNull(row);
        return Accept(LogPiece.Judge(Channel, [(row, isIntact)], Points));
    }

    /// <summary>Takes the next piece.</summary>
    /// <returns>As <see cref="Accept(JournalRow, bool)"/>.</returns>
    public LogFault? Accept(LogPiece piece)
    {
        ArgumentNullException.ThrowIfNull(piece);
        if (piece.First == 0)
            return null;

        if (piece.First > (Next ?? _firstExpected) || (Next is { } next && piece.First < next))
            return Fault(Next ?? _firstExpected, $"offset {Next ?? _firstExpected} is expected; {piece.First} comes");

        if (piece.FirstEvent is { } first && Judge(first, piece) is { } fault)
            return fault;

        if (piece.Last > 0)
        {
            piece.LastHash.Span.CopyTo(_previous);
            _timeUnixMs = piece.LastTimeUnixMs;
            Events += piece.Last - piece.First + 1;
            Head = piece.Last;
        }

        return piece.Fault;
    }

    /// <summary>What the stream says of its end, and checkpoints, after its last row.</summary>
    public LogFault? Finish(long last)
    {
        var end = Math.Max(Head, _firstExpected - 1);
        if (last > end)
            return Fault(Next ?? _firstExpected, $"the log is expected to reach offset {last}; it ends at {Head}");

        if (last < Head)
            return Fault(last + 1, $"the log is said to end at offset {last}; it goes on to {Head}");

        return Points.Newest is { } newest && newest.Offset > end
            ? Fault(end + 1, $"{newest.Source} says that the log reached offset {newest.Offset}; it ends at {end}")
            : null;
    }

    /// <summary>Whether the first event of a piece follows from the last before it.</summary>
    private LogFault? Judge(StoredEvent first, LogPiece piece)
    {
        var e = first.Event;
        if (e.TimeUnixMs < _timeUnixMs)
            return Fault(e.Offset, $"its time {e.TimeUnixMs} is before its predecessor's {_timeUnixMs}");

        // The hash before the first event that is left is not there any more: its own is taken as it stands.
        if (Head == 0 && e.Offset > 1)
            return null;

        EventHash.Compute(e, piece.Epoch, piece.Commitment, _previous, _hash);
        return e.Hash.Span.SequenceEqual(_hash) ? null : Fault(e.Offset, LogPiece.Mismatch(_hash, e.Hash.Span));
    }

    private LogFault Fault(long offset, string what) => new(Channel, offset, what);
}

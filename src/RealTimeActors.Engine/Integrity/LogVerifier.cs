using RealTimeActors.Engine.Channels;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Protocol.Integrity;

namespace RealTimeActors.Engine.Integrity;

/// <summary>
/// Goes over the stored log of one channel, row by row in order, and says where it is first not what was written: offsets without holes, every hash as it follows from
/// the event and from the hash before it, times that never go back.
/// </summary>
/// <remarks>Where retention has let the beginning go, the chain is taken up at the first event that is left: its own hash binds what came before it.</remarks>
public sealed class LogVerifier
{
    private const string StreamPrefix = "channel/";
    private readonly byte[] _previous = new byte[EventHash.Bytes];
    private readonly byte[] _commitment = new byte[EventHash.Bytes];
    private readonly byte[] _hash = new byte[EventHash.Bytes];
    private readonly long _firstExpected;
    private long _timeUnixMs;

    /// <summary>A verifier of the log in a stream.</summary>
    /// <param name="stream">One whose name begins with <see cref="Streams"/>.</param>
    /// <param name="trim">The entries up to here were let go.</param>
    public LogVerifier(StreamId stream, long trim)
    {
        Channel = stream.Value[StreamPrefix.Length..];
        _firstExpected = trim + 1;
    }

    /// <summary>What the names of all streams begin with that hold a channel's log.</summary>
    public static string Streams => StreamPrefix;

    /// <summary>The channel.</summary>
    public string Channel { get; }

    /// <summary>Events that were found to be as they were written.</summary>
    public long Events { get; private set; }

    /// <summary>The last of their offsets; 0: none yet.</summary>
    public long Head { get; private set; }

    /// <summary>The offset that must come next; null before the first row.</summary>
    private long? Next => Head == 0 ? null : Head + 1;

    /// <summary>Takes the next row of the stream.</summary>
    /// <param name="row">As it is stored.</param>
    /// <param name="isIntact">Whether the store's own checksum of it is right.</param>
    /// <returns>Null where everything is as it was written. After a fault nothing more can be said about the rows behind it.</returns>
    public LogFault? Accept(JournalRow row, bool isIntact)
    {
        ArgumentNullException.ThrowIfNull(row);
        if (row.First > (Next ?? _firstExpected) || (Next is { } next && row.First < next))
            return Fault(Next ?? _firstExpected, $"offset {Next ?? _firstExpected} is expected; {row.First} comes");

        StoredEvent[] events;
        string epoch;
        try
        {
            events = ChannelFormat.ReadRow(Channel, row, out epoch);
        }
        catch (Exception unreadable) when (unreadable is InvalidDataException or ArgumentException or IndexOutOfRangeException or OverflowException or FormatException)
        {
            return Fault(row.First, $"the row of the offsets {row.First} to {row.Last} cannot be read: {unreadable.Message}");
        }

        foreach (var stored in events)
        {
            if (Judge(stored, epoch) is { } fault)
                return fault;
        }

        return isIntact ? null : Fault(row.First, $"the row of the offsets {row.First} to {row.Last} does not match its checksum, in something that the hashes do not cover");
    }

    /// <summary>What the stream says of its end, after its last row.</summary>
    public LogFault? Finish(long last) =>
        last > Math.Max(Head, _firstExpected - 1) ? Fault(Next ?? _firstExpected, $"the log is expected to reach offset {last}; it ends at {Head}") : null;

    private LogFault? Judge(StoredEvent stored, string epoch)
    {
        var e = stored.Event;

        // The text of the rules is in no hash, but their digest is in the event that names them, and the format has compared the two.
        if (stored.Mutation?.FirstNamed is { Digest: var digest } && e.Data.Span.IndexOf(System.Text.Encoding.UTF8.GetBytes($"\"rules\":\"{digest}\"")) < 0)
            return Fault(e.Offset, $"the conflict rules {digest} stand with it, and its data was decided by others");

        if (e.TimeUnixMs < _timeUnixMs)
            return Fault(e.Offset, $"its time {e.TimeUnixMs} is before its predecessor's {_timeUnixMs}");

        try
        {
            EventHash.Commit(e.Data.Span, stored.Salt.Span, _commitment);
            EventHash.Compute(e, epoch, _commitment, _previous, _hash);
        }
        catch (Exception unreadable) when (unreadable is ArgumentException or IndexOutOfRangeException or InvalidDataException or OverflowException)
        {
            return Fault(e.Offset, $"its data cannot be hashed: {unreadable.Message}");
        }

        // The hash before the first event that is left is not there any more: its own is taken as it stands.
        var isBeginning = Head == 0 && e.Offset > 1;
        if (!isBeginning && !e.Hash.Span.SequenceEqual(_hash))
            return Fault(e.Offset, $"the hash {Convert.ToHexStringLower(_hash)} follows from the event and its predecessor; {Convert.ToHexStringLower(e.Hash.Span)} is stored");

        e.Hash.Span.CopyTo(_previous);
        _timeUnixMs = e.TimeUnixMs;
        Head = e.Offset;
        Events++;
        return null;
    }

    private LogFault Fault(long offset, string what) => new(Channel, offset, what);
}

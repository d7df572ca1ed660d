using System.Text.Json;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Protocol.Integrity;

namespace RealTimeActors.Engine.Integrity;

/// <summary>
/// A run of rows of one channel's log, judged by itself: every event in it follows from the one before it as that is stored. Whether the first follows from what stands before the piece
/// is for <see cref="LogVerifier"/> to say, which takes the pieces in order; so pieces can be judged at the same time.
/// </summary>
public sealed class LogPiece
{
    private readonly string _channel;

    private LogPiece(string channel) => _channel = channel;

    /// <summary>The first offset that its first row claims; 0: it has no rows.</summary>
    internal long First { get; private set; }

    /// <summary>The last event that is as it was written, as far as this piece can tell; 0: none.</summary>
    internal long Last { get; private set; }

    /// <summary>The first event, whose predecessor stands before this piece; null: its row could not be read.</summary>
    internal StoredEvent? FirstEvent { get; private set; }

    /// <summary>The epoch of the first event.</summary>
    internal string Epoch { get; private set; } = "";

    /// <summary>The commitment to the data of the first event.</summary>
    internal byte[] Commitment { get; } = new byte[EventHash.Bytes];

    /// <summary>The hash of the last event, as it is stored.</summary>
    internal ReadOnlyMemory<byte> LastHash { get; private set; }

    /// <summary>The time of the last event.</summary>
    internal long LastTimeUnixMs { get; private set; }

    /// <summary>What is wrong first; null: nothing.</summary>
    internal LogFault? Fault { get; private set; }

    /// <summary>Judges rows that follow each other.</summary>
    /// <param name="channel">Whose log.</param>
    /// <param name="rows">As they are stored, each with whether the store's own checksum of it is right.</param>
    /// <param name="points">What checkpoints say of the log.</param>
    public static LogPiece Judge(string channel, IReadOnlyList<(JournalRow Row, bool IsIntact)> rows, LogPoints points)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(points);
        var piece = new LogPiece(channel);
        foreach (var (row, isIntact) in rows)
        {
            piece.Fault = piece.Judge(row, isIntact, points);
            if (piece.Fault is not null)
                break;
        }

        return piece;
    }

    private LogFault? Judge(JournalRow row, bool isIntact, LogPoints points)
    {
        if (First == 0)
            First = row.First;
        else if (row.First != Last + 1)
            return FaultAt(Last + 1, $"offset {Last + 1} is expected; {row.First} comes");

        // Every event takes more than a byte: a count that was changed is told, and no room is made for it.
        if (row.Count < 1 || row.Count > row.Payload.Length)
            return FaultAt(Math.Max(1, row.First), $"a row of {row.Payload.Length} bytes is said to hold {row.Count} events");

        StoredEvent[] events;
        string epoch;
        try
        {
            events = ChannelFormat.ReadRow(_channel, row, out epoch);
        }
        catch (Exception unreadable) when (unreadable is InvalidDataException or ArgumentException or IndexOutOfRangeException or OverflowException or FormatException)
        {
            return FaultAt(row.First, $"the row of the offsets {row.First} to {row.Last} cannot be read: {unreadable.Message}");
        }

        var commitments = CommitmentsOf(events);
        for (var i = 0; i < events.Length; i++)
        {
            if (Judge(events[i], epoch, commitments is null ? default : commitments.AsSpan(i * EventHash.Bytes, EventHash.Bytes), points) is { } fault)
                return fault;
        }

        return isIntact ? null : FaultAt(row.First, $"the row of the offsets {row.First} to {row.Last} does not match its checksum, in something that the hashes do not cover");
    }

    /// <summary>Those of all events together; null: one of them cannot be hashed, and it is found out which.</summary>
    private static byte[]? CommitmentsOf(StoredEvent[] events)
    {
        var commitments = new byte[events.Length * EventHash.Bytes];
        try
        {
            EventHash.CommitMany(Array.ConvertAll(events, stored => stored.Event.Data), Array.ConvertAll(events, stored => stored.Salt), commitments);
            return commitments;
        }
        catch (Exception unreadable) when (unreadable is ArgumentException or IndexOutOfRangeException or InvalidDataException or OverflowException)
        {
            return null;
        }
    }

    private LogFault? Judge(StoredEvent stored, string epoch, ReadOnlySpan<byte> known, LogPoints points)
    {
        var e = stored.Event;

        // The text of the rules is in no hash, but their digest is in the event that names them, and the format has compared the two.
        if (stored.Mutation?.FirstNamed is { Digest: var digest } && e.Data.Span.IndexOf(System.Text.Encoding.UTF8.GetBytes($"\"rules\":\"{digest}\"")) < 0)
            return FaultAt(e.Offset, $"the conflict rules {digest} stand with it, and its data was decided by others");

        if (e.TimeUnixMs < LastTimeUnixMs)
            return FaultAt(e.Offset, $"its time {e.TimeUnixMs} is before its predecessor's {LastTimeUnixMs}");

        Span<byte> commitment = stackalloc byte[EventHash.Bytes];
        Span<byte> hash = stackalloc byte[EventHash.Bytes];
        try
        {
            if (known.IsEmpty)
                EventHash.Commit(e.Data.Span, stored.Salt.Span, commitment);
            else
                known.CopyTo(commitment);

            if (FirstEvent is null)
            {
                (FirstEvent, Epoch) = (stored, epoch);
                commitment.CopyTo(Commitment);
            }
            else
            {
                EventHash.Compute(e, epoch, commitment, LastHash.Span, hash);
                if (!e.Hash.Span.SequenceEqual(hash))
                    return FaultAt(e.Offset, Mismatch(hash, e.Hash.Span));
            }
        }
        catch (Exception unreadable) when (unreadable is ArgumentException or IndexOutOfRangeException or InvalidDataException or OverflowException)
        {
            return FaultAt(e.Offset, $"its data cannot be hashed: {unreadable.Message}");
        }

        if (points.FaultOf(e.Offset, epoch, e.Hash.Span) is { } contradiction)
            return FaultAt(e.Offset, contradiction);

        if (stored.Mutation?.FirstNamed is { } rules && !Names(e.Data, rules.Digest))
            return FaultAt(e.Offset, $"conflict rules {rules.Digest} are stored with it, and the event does not name them: they were changed after they were written");

        (LastHash, LastTimeUnixMs, Last) = (e.Hash, e.TimeUnixMs, e.Offset);
        return null;
    }

    /// <summary>Rules stand beside the event that names them first, and no hash covers them there; their digest stands in the event, which one does.</summary>
    private static bool Names(ReadOnlyMemory<byte> data, string digest)
    {
        try
        {
            using var document = JsonDocument.Parse(data);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("rules", out var named) && named.ValueEquals(digest);
        }
        catch (Exception noJson) when (noJson is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    internal static string Mismatch(ReadOnlySpan<byte> follows, ReadOnlySpan<byte> stored) =>
        $"the hash {Convert.ToHexStringLower(follows)} follows from the event and its predecessor; {Convert.ToHexStringLower(stored)} is stored";

    private LogFault FaultAt(long offset, string what) => new(_channel, offset, what);
}

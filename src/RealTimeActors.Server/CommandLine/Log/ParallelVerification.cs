using RealTimeActors.Engine.Integrity;
using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Server.CommandLine.Log;

/// <summary>
/// Verifies logs on all cores: one thread reads rows and cuts them into pieces, the others hash these, and their results are joined in order. So one long log is as fast as many short ones.
/// </summary>
/// <remarks><c>realtime verify</c> prints the rate; what it came to here stands in the README of the server.</remarks>
internal sealed class ParallelVerification(CancellationToken cancellationToken)
{
    private const int PieceEventsMax = 512;
    private const int PieceBytesMax = 131_072;
    private readonly int _piecesMax = 4 * Environment.ProcessorCount;
    private readonly Queue<(LogVerifier Verifier, Task<LogPiece> Piece)> _underWay = new();
    private readonly Queue<(LogVerifier Verifier, long Last)> _ends = new();
    private readonly HashSet<LogVerifier> _faulty = [];

    /// <summary>The first fault of each log that has one, in the order of the logs.</summary>
    internal List<LogFault> Faults { get; } = [];

    internal long Channels { get; private set; }

    internal long Events { get; private set; }

    /// <summary>How many of them no checkpoint vouches for.</summary>
    internal long Unsigned { get; private set; }

    /// <summary>The logs whose beginning was let go, with the first offset that is left.</summary>
    internal List<(string Channel, long First)> Shortened { get; } = [];

    /// <summary>Reads one log to its end.</summary>
    internal void Verify(LogVerifier verifier, IEnumerable<(JournalRow Row, bool IsIntact)> rows, long last)
    {
        Channels++;
        LogFault? unreadable = null;
        try
        {
            Read(verifier, rows);
        }
        catch (JournalException damaged)
        {
            unreadable = new LogFault(verifier.Channel, 0, damaged.Message);
        }

        // A log is done when its last piece is. That may be while the next one is being read.
        if (unreadable is not null)
        {
            JoinAll();
            Fail(verifier, unreadable with { Offset = verifier.Head + 1 });
        }

        _ends.Enqueue((verifier, last));
        if (_underWay.Count == 0)
            EndThoseBefore(null);
    }

    /// <summary>Everything was read.</summary>
    internal void Finish()
    {
        JoinAll();
        EndThoseBefore(null);
    }

    private void Read(LogVerifier verifier, IEnumerable<(JournalRow Row, bool IsIntact)> rows)
    {
        var piece = new List<(JournalRow, bool)>();
        var (events, bytes) = (0L, 0L);
        foreach (var row in rows)
        {
            piece.Add(row);
            events += row.Row.Count;
            bytes += row.Row.Payload.Length;
            if (events < PieceEventsMax && bytes < PieceBytesMax)
                continue;

            Begin(verifier, piece);
            (piece, events, bytes) = ([], 0, 0);

            // Nothing can be said of what follows.
            if (_faulty.Contains(verifier))
                return;
        }

        if (piece.Count > 0)
            Begin(verifier, piece);
    }

    private void Begin(LogVerifier verifier, List<(JournalRow, bool)> rows)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_underWay.Count == _piecesMax)
            JoinOne();

        _underWay.Enqueue((verifier, Task.Run(() => LogPiece.Judge(verifier.Channel, rows, verifier.Points), cancellationToken)));
    }

    private void JoinAll()
    {
        while (_underWay.Count > 0)
            JoinOne();
    }

    private void JoinOne()
    {
        var (verifier, piece) = _underWay.Dequeue();
        EndThoseBefore(verifier);
        var judged = piece.GetAwaiter().GetResult();
        if (!_faulty.Contains(verifier) && verifier.Accept(judged) is { } fault)
            Fail(verifier, fault);
    }

    /// <summary>Logs whose pieces are all joined: what their streams and checkpoints say of their ends.</summary>
    private void EndThoseBefore(LogVerifier? verifier)
    {
        while (_ends.TryPeek(out var end) && end.Verifier != verifier)
        {
            _ends.Dequeue();
            if (!_faulty.Contains(end.Verifier) && end.Verifier.Finish(end.Last) is { } fault)
                Faults.Add(fault);

            Events += end.Verifier.Events;
            Unsigned += end.Verifier.Unsigned;
            if (end.Verifier.Begin > 1)
                Shortened.Add((end.Verifier.Channel, end.Verifier.Begin));
        }
    }

    private void Fail(LogVerifier verifier, LogFault fault)
    {
        _faulty.Add(verifier);
        Faults.Add(fault);
    }
}

using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.TestKit.Journals;

/// <summary>
/// What is under way for one stream. Reads wait for the writes that were called before them, show what those left and nothing of later ones, and are answered in order.
/// </summary>
internal sealed class SimulatedLane
{
    private readonly Queue<(long After, Func<JournalReply> Look, Action<JournalReply> Deliver)> _toLook = new();
    private readonly Queue<(long After, JournalReply Reply, Action<JournalReply> Deliver)> _toDeliver = new();
    private long _called;
    private long _carriedOut;
    private long _answered;

    internal bool HasWrites => _called != _answered;

    /// <summary>When the last read of this stream is answered: the next one is answered later.</summary>
    internal DateTimeOffset LastReadDue { get; set; }

    internal int ReadsUnderWay { get; set; }

    internal bool IsIdle => !HasWrites && ReadsUnderWay == 0;

    internal void AddWrite() => _called++;

    /// <summary>A read waits for the writes so far.</summary>
    internal void Park(Func<JournalReply> look, Action<JournalReply> deliver)
    {
        _toLook.Enqueue((_called, look, deliver));
        Look();
    }

    /// <summary>The next write is carried out, whatever came of it.</summary>
    internal void CarriedOut()
    {
        _carriedOut++;
        Look();
    }

    /// <summary>The next write is answered: what waited for it may follow.</summary>
    internal void Answered()
    {
        _answered++;
        while (_toDeliver.TryPeek(out var next) && next.After <= _answered)
        {
            _toDeliver.Dequeue();
            next.Deliver(next.Reply);
        }
    }

    private void Look()
    {
        while (_toLook.TryPeek(out var next) && next.After <= _carriedOut)
        {
            _toLook.Dequeue();
            _toDeliver.Enqueue((next.After, next.Look(), next.Deliver));
        }
    }
}

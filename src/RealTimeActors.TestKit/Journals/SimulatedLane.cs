namespace RealTimeActors.TestKit.Journals;

/// <summary>What is under way for one stream: reads wait for the writes that were called before them, and are answered in their order.</summary>
internal sealed class SimulatedLane
{
    private readonly Queue<(long After, Action Read)> _parked = new();
    private long _called;
    private long _done;

    internal bool HasWrites => _called != _done;

    /// <summary>When the last read of this stream is answered: the next one is answered later.</summary>
    internal DateTimeOffset LastReadDue { get; set; }

    internal int ReadsUnderWay { get; set; }

    internal bool IsIdle => !HasWrites && ReadsUnderWay == 0 && _parked.Count == 0;

    internal void AddWrite() => _called++;

    internal void Park(Action read) => _parked.Enqueue((_called, read));

    internal void WriteDone()
    {
        _done++;
        while (_parked.TryPeek(out var next) && next.After <= _done)
        {
            _parked.Dequeue();
            next.Read();
        }
    }
}

namespace RealTimeActors.Streams.Stages;

/// <summary>
/// A gate: closed while the first that waits may still get company, open from then on until nothing waits any more. Whatever comes while it is open goes along: a
/// connection that cannot write makes batches by itself.
/// </summary>
internal sealed class Batch(long batchMs, int countMax, int bytesMax)
{
    private long _firstUnixMs;
    private int _count;
    private long _bytes;
    private bool _isOpen;

    /// <summary>One more waits, since then.</summary>
    internal void Enter(int bytes, long sinceUnixMs)
    {
        if (_count == 0)
            _firstUnixMs = sinceUnixMs;

        _count++;
        _bytes += bytes;
        OpenIfEnough();
    }

    /// <summary>One waits no more: it left, or was left out.</summary>
    internal void Leave(int bytes)
    {
        _count--;
        _bytes -= bytes;
        if (_count == 0)
            _isOpen = false;
    }

    /// <summary>One took the place of another: the window goes on.</summary>
    internal void Replace(int bytesBefore, int bytes)
    {
        _bytes += bytes - bytesBefore;
        OpenIfEnough();
    }

    /// <summary>Opens before its time, if anything waits: when no more is taken in, nobody will come that it would be worth waiting for.</summary>
    internal void Open() => _isOpen |= _count > 0;

    /// <summary>When the gate opens; not later than now: it is open. Only while something waits.</summary>
    internal long OpensAtUnixMs(long nowUnixMs)
    {
        _isOpen |= _firstUnixMs + batchMs <= nowUnixMs;
        return _isOpen ? nowUnixMs : _firstUnixMs + batchMs;
    }

    private void OpenIfEnough() => _isOpen |= (countMax > 0 && _count >= countMax) || _bytes >= bytesMax;
}

namespace RealTimeActors.Simulation.Model;

/// <summary>What an onlooker at the client wrote down since the last fresh start: the laws are about this.</summary>
internal sealed class SubscriptionHistory
{
    private readonly SortedSet<long> _accounted = [];
    private readonly SortedSet<long> _applied = [];
    private readonly SortedSet<long> _gaps = [];
    private readonly SortedSet<long> _gaveUp = [];
    private readonly Dictionary<(ReaderModel Reader, int Generation, long Offset), int> _applications = [];

    /// <summary>Where the last fresh start was made.</summary>
    public (int Epoch, long Offset) Start { get; private set; }

    /// <summary>Counts the fresh starts.</summary>
    public int Starts { get; private set; }

    /// <summary>The first offset that one reader applied more often than it had asked for.</summary>
    public long? AppliedTwice { get; private set; }

    public void Begin(int epoch, long offset)
    {
        Start = (epoch, offset);
        Starts++;
        _accounted.Clear();
        _applied.Clear();
        _gaps.Clear();
        _gaveUp.Clear();
    }

    public void Received(Told told, bool isApplied, ReaderModel by)
    {
        switch (told)
        {
            case Told.Event e:
                _accounted.Add(e.Offset);
                if (isApplied)
                    Applied(e.Offset, by);
                break;
            case Told.Skip skip:
                _accounted.Add(skip.Offset);
                break;
            case Told.Gap gap:
                _accounted.Add(gap.Offset);
                _gaps.Add(gap.Offset);
                break;
        }
    }

    public void Nacked(ReaderModel by, long offset) => _applications[(by, by.Generation, offset)]--;

    public void GaveUp(int epoch, long offset)
    {
        if (epoch == Start.Epoch)
            _gaveUp.Add(offset);
    }

    public bool WasAccounted(long offset) => _accounted.Contains(offset);

    public bool WasApplied(long offset) => _applied.Contains(offset);

    public bool WasGap(long offset) => _gaps.Contains(offset);

    public bool WasGivenUp(long offset) => _gaveUp.Contains(offset);

    private void Applied(long offset, ReaderModel by)
    {
        _applied.Add(offset);
        var key = (by, by.Generation, offset);
        var times = _applications[key] = _applications.GetValueOrDefault(key) + 1;
        if (times > 1)
            AppliedTwice ??= offset;
    }
}

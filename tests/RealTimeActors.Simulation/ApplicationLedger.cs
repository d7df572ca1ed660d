using RealTimeActors.Client.Machine.Subscriptions;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Simulation.Model;

namespace RealTimeActors.Simulation;

/// <summary>What an application has made of one channel, over all its processes: what it handled and what it was told is lost.</summary>
internal sealed class ApplicationLedger(string channel, ShapeModel model)
{
    private readonly SortedSet<long> _lost = [];

    /// <summary>What its processes handled in this life of the log, also before one of them was told to begin anew: an elder one that still runs may come after that, with the position that it has, and who follows goes on from there.</summary>
    private readonly HashSet<long> _handled = [];
    private OffsetSet _done = new(0);
    private bool _isReset;

    public string Channel { get; } = channel;

    /// <summary>What it asked for.</summary>
    public ShapeModel Model { get; } = model;

    /// <summary>null: it was never told of a position.</summary>
    public string? Epoch { get; private set; }

    public long Start { get; private set; }

    /// <summary>It goes on from a cursor whose history it does not know: what was acked ahead of it will not come.</summary>
    public bool IsUnknown { get; private set; }

    /// <summary>Everything up to here is handled or lost.</summary>
    public long Prefix => _done.Prefix;

    public bool IsDone(long offset) => _done.Contains(offset) || _handled.Contains(offset);

    public bool IsLost(long offset) => _lost.Contains(offset);

    /// <summary>The session is another one: it owes nothing that the former one owed.</summary>
    public void Forget() => Epoch = null;

    /// <summary>Says whether it is new.</summary>
    public bool Handle(string epoch, long offset)
    {
        if (epoch != Epoch || _done.Contains(offset))
            return false;

        _done.Add(offset);
        _handled.Add(offset);
        return true;
    }

    public void Take(SubscriptionNotice notice)
    {
        switch (notice)
        {
            case SubscriptionNotice.Reset:
                _isReset = true;
                break;
            case SubscriptionNotice.Started started:
                IsUnknown = Epoch is null ? started.Recovered is Recovered.Full or Recovered.Gap : IsUnknown && started.Recovered != Recovered.None && !_isReset;
                if (_isReset || started.Epoch != Epoch || started.Recovered == Recovered.None)
                    Begin(started.Epoch, started.Offset);

                _isReset = false;
                break;
            case SubscriptionNotice.Gap gap:
                for (var offset = gap.Missing.From; offset <= gap.Missing.To; offset++)
                {
                    if (_done.Contains(offset))
                        continue;

                    _lost.Add(offset);
                    _done.Add(offset);
                }

                break;
        }
    }

    private void Begin(string epoch, long offset)
    {
        if (epoch != Epoch)
            _handled.Clear();

        Epoch = epoch;
        Start = offset;
        _lost.Clear();
        _done = new OffsetSet(offset);
    }
}

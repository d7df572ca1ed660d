using RealTimeActors.Client.Machine.State;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Entropy;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>Writes the edits of one process down, some at a time, which takes a while and now and then fails. What is not written when the process ends is lost, or by chance is not.</summary>
/// <param name="store">Where to.</param>
/// <param name="world">Time.</param>
/// <param name="chance">What goes wrong.</param>
/// <param name="told">Numbers that were written, or with a reason were not.</param>
internal sealed class EditWriter(EditStore store, SimulatedWorld world, Xoshiro256 chance, Action<long, string?> told)
{
    private readonly List<(PendingMutation Mutation, bool IsDrop)> _waiting = [];
    private List<(PendingMutation Mutation, bool IsDrop)> _underWay = [];
    private bool _isEnded;

    /// <summary>Whether nothing fails any more.</summary>
    public bool IsReliable { get; set; }

    public void Add(PendingMutation mutation, bool isDrop)
    {
        _waiting.Add((mutation, isDrop));
        WriteOn();
    }

    /// <summary>The process ends.</summary>
    public void End()
    {
        if (!_isEnded && _underWay.Count > 0 && chance.OneIn(2))
            store.Write(_underWay);

        _isEnded = true;
    }

    /// <summary>The process ends in good order: what is left is written.</summary>
    public void Finish()
    {
        if (!_isEnded)
            store.Write([.. _underWay, .. _waiting]);

        _isEnded = true;
    }

    private void WriteOn()
    {
        if (_underWay.Count > 0 || _waiting.Count == 0 || _isEnded)
            return;

        _underWay = [.. _waiting];
        _waiting.Clear();
        world.Time.After(chance.OneIn(10) ? chance.Ms(20, 120) : chance.Ms(0, 6), OnWritten);
    }

    private void OnWritten()
    {
        if (_isEnded)
            return;

        var fails = !IsReliable && chance.OneIn(25);
        if (!fails)
            store.Write(_underWay);

        var written = _underWay;
        _underWay = [];
        foreach (var (mutation, isDrop) in written)
        {
            if (!isDrop)
                told(mutation.Number, fails ? "the disk is full" : null);
        }

        WriteOn();
    }
}

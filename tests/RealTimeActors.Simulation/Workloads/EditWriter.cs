using RealTimeActors.Client.Machine.State;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Entropy;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>Writes the edits of one process down, some at a time, which takes a while and now and then fails. What is not written when the process ends is lost, or by chance is not.</summary>
/// <param name="store">Where to.</param>
/// <param name="world">Time.</param>
/// <param name="chance">What goes wrong.</param>
/// <param name="told">Numbers of edits that were written down or let go of, or with a reason were not.</param>
internal sealed class EditWriter(EditStore store, SimulatedWorld world, Xoshiro256 chance, Action<long, bool, string?> told)
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
        {
            store.Write(_underWay);
            store.Untold.UnionWith(_underWay.Where(record => record.IsDrop).Select(record => record.Mutation.MutationId));
        }

        _isEnded = true;
    }

    /// <summary>The process ends in good order: what is left is written.</summary>
    public void Finish()
    {
        if (_isEnded)
            return;

        _isEnded = true;
        (PendingMutation Mutation, bool IsDrop)[] left = [.. _underWay, .. _waiting];
        store.Write(left);
        Tell(left, null);
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
        Tell(written, fails ? "the disk is full" : null);
        WriteOn();
    }

    private void Tell(IReadOnlyList<(PendingMutation Mutation, bool IsDrop)> records, string? fault)
    {
        foreach (var (mutation, isDrop) in records)
            told(mutation.Number, isDrop, fault);
    }
}

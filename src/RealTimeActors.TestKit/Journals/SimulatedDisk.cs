using RealTimeActors.Actors;
using RealTimeActors.Persistence.Journals.Memory;

namespace RealTimeActors.TestKit.Journals;

/// <summary>
/// The disk of one simulated node: it outlives the node's crashes, and the next <see cref="SimulatedJournal"/> that is opened on it finds what was flushed.
/// </summary>
/// <remarks>One thread, like everything of a simulation.</remarks>
public sealed class SimulatedDisk
{
    private readonly IEntropy _lives;
    private readonly List<SimulatedJournal> _journals = [];
    private readonly bool _isShared;

    /// <summary>An empty disk.</summary>
    /// <param name="entropy">Latencies, crashes and unknown outcomes come from forks of it, so that one fault more leaves the others where they were.</param>
    /// <param name="isShared">Whether several journals may have it open at once, as the nodes of a cluster have their database.</param>
    public SimulatedDisk(IEntropy entropy, bool isShared = false)
    {
        ArgumentNullException.ThrowIfNull(entropy);
        _isShared = isShared;
        _lives = entropy.Fork("life");
        Chance = new DiskChance(entropy);
        Streams = new MemoryStreams(NewLife());
    }

    /// <summary>What goes wrong, to be switched while the simulation runs.</summary>
    public DiskFaults Faults { get; } = new();

    /// <summary>How often the interesting things happened.</summary>
    public DiskCounts Counts { get; } = new();

    /// <summary>Called before entries are let go, for whoever wants to have read them; null: nobody does.</summary>
    public Action? Trimming { get; set; }

    internal DiskChance Chance { get; }

    /// <summary>What is flushed.</summary>
    internal MemoryStreams Streams { get; private set; }

    /// <summary>A copy of what is flushed now, as an online backup would make it.</summary>
    public DiskCopy TakeCopy() => new(Streams.Copy(Streams.Life));

    /// <summary>Puts a copy back, as an operator would while the node is down: everything since is gone, and the store has a new life.</summary>
    /// <exception cref="InvalidOperationException">A journal has the disk open.</exception>
    public void Restore(DiskCopy copy)
    {
        ArgumentNullException.ThrowIfNull(copy);
        if (_journals.Count > 0)
            throw new InvalidOperationException("The disk is in use: crash or dispose its journal before restoring a copy.");

        Streams = copy.Streams.Copy(NewLife());
    }

    internal void Attach(SimulatedJournal journal)
    {
        if (_journals.Count > 0 && !_isShared)
            throw new InvalidOperationException("The disk is in use by another journal: crash or dispose that one first.");

        _journals.Add(journal);
        journal.Faults.Healed += journal.OnHealed;
    }

    internal void Detach(SimulatedJournal journal)
    {
        _journals.Remove(journal);
        journal.Faults.Healed -= journal.OnHealed;
    }

    private string NewLife()
    {
        Span<byte> bytes = stackalloc byte[16];
        _lives.Fill(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}

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
    private SimulatedJournal? _journal;

    /// <summary>An empty disk.</summary>
    /// <param name="entropy">Latencies, crashes and unknown outcomes come from forks of it, so that one fault more leaves the others where they were.</param>
    public SimulatedDisk(IEntropy entropy)
    {
        ArgumentNullException.ThrowIfNull(entropy);
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
        if (_journal is not null)
            throw new InvalidOperationException("The disk is in use: crash or dispose its journal before restoring a copy.");

        Streams = copy.Streams.Copy(NewLife());
    }

    internal void Attach(SimulatedJournal journal)
    {
        if (_journal is not null)
            throw new InvalidOperationException("The disk is in use by another journal: crash or dispose that one first.");

        _journal = journal;
        Faults.Healed = journal.OnHealed;
    }

    internal void Detach()
    {
        _journal = null;
        Faults.Healed = null;
    }

    private string NewLife()
    {
        Span<byte> bytes = stackalloc byte[16];
        _lives.Fill(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}

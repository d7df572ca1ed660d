using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Leases;
using RealTimeActors.Persistence.Membership;

namespace RealTimeActors.TestKit.Cluster;

/// <summary>Sees what passes at the <see cref="SimulatedDatabase"/> and on the ways to it, at the moment in which it passes. For checkers.</summary>
/// <remarks>A process is called as it was given to <see cref="SimulatedDatabase.OpenJournals"/>.</remarks>
public interface IDatabaseTap
{
    /// <summary>A transaction has made somebody the owner of a shard, under that fence.</summary>
    void Took(Fence fence, NodeIncarnation owner);

    /// <summary>An owner hears that its leases count, from the moment on at which it asked.</summary>
    void Told(IReadOnlyList<Fence> fences, DateTimeOffset askedAt);

    /// <summary>An owner asks to give a lease back.</summary>
    void GivesBack(Fence fence, NodeIncarnation owner);

    /// <summary>A node gives a sign of life, and says that of its load.</summary>
    void Beats(NodeIncarnation who, double load);

    /// <summary>A node asks to leave the cluster.</summary>
    void Leaves(NodeIncarnation who);

    /// <summary>A process asks for an append under a fence. Ends with <see cref="Answered"/>, unless the process ends first.</summary>
    void Asks(Fence fence, string process);

    /// <summary>What a process asked to be appended is answered, whatever came of it.</summary>
    void Answered(Fence fence, string process, TimeSpan after);

    /// <summary>A write is carried out.</summary>
    void Commits(Fence fence, string process, StreamId stream);

    /// <summary>A write is not carried out, because its fence counts no more.</summary>
    void Refuses(Fence fence, string process);

    /// <summary>A copy was put back.</summary>
    void PutBack();
}

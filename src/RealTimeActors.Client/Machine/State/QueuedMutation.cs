namespace RealTimeActors.Client.Machine.State;

/// <summary>A place in the queue of edits.</summary>
internal sealed class QueuedMutation(long id, PendingMutation mutation, MutationLane lane, int bytes)
{
    /// <summary>Names the frames that it goes out as, and so its answer.</summary>
    internal long Id { get; } = id;
    internal PendingMutation Mutation { get; set; } = mutation;
    internal MutationLane Lane { get; } = lane;
    internal int Bytes { get; } = bytes;

    /// <summary>As the host was asked to write it down, and has not said yet that it has: more than once where it has become another meanwhile.</summary>
    internal Queue<PendingMutation> Writing { get; } = new();

    /// <summary>As it was written down last; null: not at all.</summary>
    internal PendingMutation? Written { get; set; }

    /// <summary>Whether it is kept as it is now. Before that it is neither shown nor sent.</summary>
    internal bool IsKept => Writing.Count == 0 && Written is not null;
    internal bool IsShown { get; set; }

    /// <summary>Whether it is on its way on the present connection.</summary>
    internal bool IsSent { get; set; }

    /// <summary>Whether it may ever have been sent, by a former process too. From then on it goes out unchanged: another payload under the same id would be another edit.</summary>
    internal bool MayBeSent { get; set; }

    /// <summary>Whether a former sending may have been taken without our having heard of it.</summary>
    internal bool MayBeInLog { get; set; }

    internal int Failures { get; set; }
    internal int TokenAttempts { get; set; }
}

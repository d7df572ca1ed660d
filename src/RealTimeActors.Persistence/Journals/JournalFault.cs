namespace RealTimeActors.Persistence.Journals;

/// <summary>Why the journal could not do what it was asked.</summary>
public enum JournalFault
{
    /// <summary>The stream does not end where the writer believed: somebody else writes, or an earlier append failed.</summary>
    Conflict,

    /// <summary>The disk is full. What was acknowledged stays.</summary>
    Full,

    /// <summary>The file is damaged, or not ours; the message names it and says what to do.</summary>
    Damaged,

    /// <summary>The store cannot be reached, or is closing.</summary>
    Unavailable,

    /// <summary>More is waiting for the disk than the store takes.</summary>
    Overloaded,

    /// <summary>Another owner has taken over what the stream belongs to: nothing commits under the writer's fence any more, and it stops.</summary>
    Fenced,
}

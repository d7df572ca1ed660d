using RealTimeActors.Actors.Mailboxes;

namespace RealTimeActors.Actors.Cells;

/// <summary>What most actors never need, kept apart so that an idle actor stays small. Made at the first need.</summary>
internal sealed class CellExtras
{
    internal Siblings? Children;
    internal CellSet? Watching;

    /// <summary>By the key the actor gave.</summary>
    internal Dictionary<object, MessageTimer>? Timers;

    internal MessageRing Stash;

    /// <summary>Comes before the mailbox.</summary>
    internal MessageRing Unstashed;

    /// <summary>The pause before the restart; null when it is over.</summary>
    internal RestartTimer? RestartPause;

    /// <summary>When the restarts were that still count.</summary>
    internal Queue<long>? Restarts;

    /// <summary>Children that wait for this actor's judgement, while it waits for its own parent's.</summary>
    internal List<ActorCell>? Escalated;

    /// <summary>Signals that came while this actor waited for its parent's judgement. Told when it goes on, void when it restarts.</summary>
    internal List<SystemMessage>? Held;

    /// <summary>Nothing is kept here any more: an actor that stashed while it recovered, and needs nothing else.</summary>
    internal bool IsEmpty =>
        Children is null && Watching is null && Timers is null && RestartPause is null && Restarts is null && Escalated is null && Held is null
        && Stash.Count == 0 && Unstashed.Count == 0;
}

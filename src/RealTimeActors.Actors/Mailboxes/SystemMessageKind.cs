namespace RealTimeActors.Actors.Mailboxes;

internal enum SystemMessageKind
{
    /// <summary>Make the instance and call its OnStart.</summary>
    Start,

    /// <summary>End: children first, then this one.</summary>
    Stop,

    /// <summary>Subject, a cell, wants to know when this one has ended.</summary>
    Watch,

    /// <summary>Subject, a cell, does not want to know any more.</summary>
    Unwatch,

    /// <summary>Subject, a watched cell, has ended.</summary>
    Terminated,

    /// <summary>Subject, a child, has ended: its name is free.</summary>
    ChildEnded,

    /// <summary>Subject, a child, escalates its fault.</summary>
    ChildFailed,

    /// <summary>The parent's judgement of an escalated fault: go on.</summary>
    Resume,

    /// <summary>The pause before a restart is over. Subject is its timer.</summary>
    RestartDue,

    /// <summary>The idle timeout is over. Subject is its timer.</summary>
    IdleDue,
}

namespace RealTimeActors.Actors;

/// <summary>A supervisor's judgement of a fault.</summary>
public enum Directive
{
    /// <summary>Go on with the next message and the present state.</summary>
    Resume,

    /// <summary>Replace the instance, after a pause; the mailbox is kept, the message that failed is a dead letter.</summary>
    Restart,

    /// <summary>End the actor.</summary>
    Stop,

    /// <summary>Fail the parent with the same fault.</summary>
    Escalate,
}

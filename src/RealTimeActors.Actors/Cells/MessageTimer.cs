using RealTimeActors.Actors.Timers;

namespace RealTimeActors.Actors.Cells;

/// <summary>A timer of an actor. When due it travels through the mailbox itself, so that a cancelled one is recognized at the very end.</summary>
/// <remarks>A periodic one is started again when it is handled: it is in the wheel or in the mailbox, never in both, so it cannot flood a slow actor.</remarks>
internal sealed class MessageTimer(ActorCell cell, object key, object message, TimeSpan? period) : WheelEntry
{
    internal object Key => key;

    internal object Message => message;

    internal TimeSpan? Period => period;

    /// <summary>Touched by the actor's own runs only.</summary>
    internal bool Cancelled { get; set; }

    internal override void OnDue() => cell.Mailbox.Post(this, bounded: false);
}

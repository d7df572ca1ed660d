using RealTimeActors.Actors.Mailboxes;
using RealTimeActors.Actors.Timers;

namespace RealTimeActors.Actors.Cells;

/// <summary>Looks now and then whether a message came. Messages do not touch the wheel: they only leave the time of the last one here.</summary>
internal sealed class IdleTimer(ActorCell cell, TimeSpan timeout) : WheelEntry
{
    internal TimeSpan Timeout => timeout;

    internal long LastMessage { get; set; }

    internal override void OnDue() => cell.TellSystem(new SystemMessage(SystemMessageKind.IdleDue, this));
}

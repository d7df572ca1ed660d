using RealTimeActors.Actors.Mailboxes;
using RealTimeActors.Actors.Timers;

namespace RealTimeActors.Actors.Cells;

/// <summary>The pause before a restart.</summary>
internal sealed class RestartTimer(ActorCell cell) : WheelEntry
{
    internal override void OnDue() => cell.TellSystem(new SystemMessage(SystemMessageKind.RestartDue, this));
}

using System.Diagnostics.Metrics;
using RealTimeActors.Actors;

namespace RealTimeActors.Hosting.Telemetry;

/// <summary>What goes wrong inside the node: messages that nobody took, actors that failed.</summary>
internal sealed class NodeMeters : IDisposable
{
    private readonly IDisposable _ofLetters;
    private readonly IDisposable _ofFaults;

    internal NodeMeters(Meter meter, ActorSystem system)
    {
        var deadLetters = new OutcomeCounter(
            meter, "realtime.dead_letters", "{message}", "Messages that no actor took, by reason.", "reason", "stopped", "mailbox_full", "stash_full", "failed", "unhandled");
        var faults = new OutcomeCounter(
            meter, "realtime.actors.faults", "{fault}", "Uncaught exceptions of actors, by what their supervisor did.", "directive", "resume", "restart", "stop", "escalate");
        _ofLetters = system.ObserveDeadLetters(letter => deadLetters.Count(NameOf(letter.Reason)));
        _ofFaults = system.ObserveFaults(fault => faults.Count(fault.Directive.ToString().ToLowerInvariant()));
    }

    public void Dispose()
    {
        _ofLetters.Dispose();
        _ofFaults.Dispose();
    }

    private static string NameOf(DeadLetterReason reason) => reason switch
    {
        DeadLetterReason.Stopped => "stopped",
        DeadLetterReason.MailboxFull => "mailbox_full",
        DeadLetterReason.StashFull => "stash_full",
        DeadLetterReason.Failed => "failed",
        _ => "unhandled",
    };
}

using System.Diagnostics.Metrics;
using RealTimeActors.Actors;

namespace RealTimeActors.Hosting.Telemetry;

/// <summary>What goes wrong inside the node: messages that nobody took, actors that failed.</summary>
internal sealed class NodeMeters : IDisposable
{
    private readonly Counter<long> _deadLetters;
    private readonly Counter<long> _faults;
    private readonly IDisposable _ofLetters;
    private readonly IDisposable _ofFaults;

    internal NodeMeters(Meter meter, ActorSystem system)
    {
        _deadLetters = meter.CreateCounter<long>("realtime.dead_letters", "{message}", "Messages that no actor took, by reason.");
        _faults = meter.CreateCounter<long>("realtime.actors.faults", "{fault}", "Uncaught exceptions of actors, by what their supervisor did.");
        _ofLetters = system.ObserveDeadLetters(letter => _deadLetters.Add(1, new KeyValuePair<string, object?>("reason", NameOf(letter.Reason))));
        _ofFaults = system.ObserveFaults(fault => _faults.Add(1, new KeyValuePair<string, object?>("directive", fault.Directive.ToString().ToLowerInvariant())));
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

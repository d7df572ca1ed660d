using RealTimeActors.Actors;
using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Persistence.EventSourcing;

/// <summary>Where the answer goes that nobody waits for: who asked has ended, and the next one finds what became of it.</summary>
internal sealed class NobodyWaits : IActorRef<JournalReply>
{
    internal static NobodyWaits Instance { get; } = new();

    public ActorPath Path { get; } = new(null, "nobody-waits");

    public void Tell(JournalReply message) { }
}

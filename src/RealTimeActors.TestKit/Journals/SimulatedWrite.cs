using RealTimeActors.Actors;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Journals.Memory;

namespace RealTimeActors.TestKit.Journals;

/// <summary>A write that waits for the disk.</summary>
/// <param name="Stream">Its stream.</param>
/// <param name="ReplyTo">Who is told.</param>
/// <param name="Apply">Does it to what is flushed.</param>
/// <param name="Failed">The answer when it was not done.</param>
/// <param name="Unknown">The answer when nobody knows; null where that is the same as a failure.</param>
internal sealed record SimulatedWrite(
    StreamId Stream,
    IActorRef<JournalReply> ReplyTo,
    Func<MemoryStreams, JournalReply> Apply,
    Func<JournalFault, string, JournalReply> Failed,
    Func<string, JournalReply>? Unknown)
{
    /// <summary>Whether it adds to the stream: nobody knows what became of it, or somebody is told.</summary>
    internal bool IsAppend => Unknown is not null;

    internal bool IsTrim { get; init; }

    internal bool IsSnapshot { get; init; }

    /// <summary>What it counts under; null: nobody else writes.</summary>
    internal SimulatedGuard? Guard { get; init; }

    internal DateTimeOffset AskedAt { get; init; }

    /// <summary>The same, carried out only if the guard holds then.</summary>
    internal SimulatedWrite Under(SimulatedGuard guard, DateTimeOffset now)
    {
        if (IsAppend)
            guard.Asked();

        return this with { Apply = ApplyGuarded, Guard = guard, AskedAt = now };

        JournalReply ApplyGuarded(MemoryStreams streams)
        {
            if (!guard.Holds)
            {
                guard.Refused();
                return Failed(JournalFault.Fenced, "Another owner has taken over: nothing is written under this fence any more.");
            }

            guard.CarriedOut(Stream);
            return Apply(streams);
        }
    }
}

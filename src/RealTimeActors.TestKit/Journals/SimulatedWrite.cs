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
    Func<string, JournalReply>? Unknown);

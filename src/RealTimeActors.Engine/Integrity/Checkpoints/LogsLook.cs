using RealTimeActors.Actors;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Engine.Integrity.Checkpoints;

/// <summary>Looks once how far each log reaches, page by page, and stops; where the journal cannot be read just now, before the end.</summary>
internal sealed class LogsLook(IJournal journal, IActorRef<object> tellTo) : Actor<object>
{
    protected override void OnStart() => ListFrom("");

    protected override void Receive(object message)
    {
        if (message is JournalReply.Listed listed)
        {
            tellTo.Tell(new LogsSeen(listed.Streams));
            if (listed.Streams.Count == CheckpointsActor.StreamsPerPage)
            {
                ListFrom(listed.Streams[^1].Stream.Value);
                return;
            }
        }

        Context.Stop(Self);
    }

    private void ListFrom(string after) => journal.List(ChannelActor.StreamPrefix, after, CheckpointsActor.StreamsPerPage, Self);
}

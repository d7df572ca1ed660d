using RealTimeActors.Actors;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Sharding;

namespace RealTimeActors.Engine.Sessions;

/// <summary>Looks through the stored sessions from time to time and asks those that nobody used for too long to go.</summary>
internal sealed class SessionSweeper(IJournal journal, IActorRef<SessionCommand> sessions, EngineOptions options) : Actor<object>
{
    private const string Prefix = "session/";
    private const int StreamsPerPage = 1_000;
    private static readonly object _sweep = new();

    protected override void OnStart() => Context.StartTimer(_sweep, options.SessionSweepEvery, _sweep);

    protected override void Receive(object message)
    {
        switch (message)
        {
            case JournalReply.Listed listed:
                OnListed(listed);
                break;
            case JournalReply.ListFailed:
                Rest();
                break;
            case ShardMessage.Leave:
                Context.Stop(Self);
                break;
            default:
                journal.List(Prefix, "", StreamsPerPage, Self);
                break;
        }
    }

    private void OnListed(JournalReply.Listed listed)
    {
        var oldest = Context.Time.GetUtcNow() - options.SessionExpiry;
        foreach (var stream in listed.Streams)
        {
            if (stream.LastWriteUnixMs < oldest.ToUnixTimeMilliseconds())
                sessions.Tell(new SessionCommand.ExpireIfOld(stream.Stream.Value[Prefix.Length..]));
        }

        if (listed.Streams.Count == StreamsPerPage)
            journal.List(Prefix, listed.Streams[^1].Stream.Value, StreamsPerPage, Self);
        else
            Rest();
    }

    private void Rest() => Context.StartTimer(_sweep, options.SessionSweepEvery, _sweep);
}

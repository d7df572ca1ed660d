using RealTimeActors.Actors;
using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Hosting.Health;

/// <summary>The address that a trial write of the journal is answered to.</summary>
internal sealed class JournalProbe : IActorRef<JournalReply>
{
    /// <summary>Holds nothing but the time of the last trial, written over the one before.</summary>
    private static readonly StreamId _stream = new("health");

    private readonly TaskCompletionSource<JournalReply> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ActorPath Path { get; } = new(null, "journal-probe");

    public void Tell(JournalReply message) => _reply.TrySetResult(message);

    /// <summary>Writes something and waits until it is on disk; null: it is, otherwise what is wrong.</summary>
    internal static async Task<string?> TryAsync(IJournal journal, TimeProvider time, TimeSpan within, CancellationToken cancellationToken)
    {
        var probe = new JournalProbe();
        journal.SaveSnapshot(_stream, time.GetUtcNow().ToUnixTimeMilliseconds(), new byte[] { 1 }, probe);
        try
        {
            return await probe._reply.Task.WaitAsync(within, time, cancellationToken) switch
            {
                JournalReply.SnapshotSaved => null,
                JournalReply.SnapshotFailed failed => $"the journal cannot be written: {failed.Message}",
                var other => $"the journal answered with {other.GetType().Name}",
            };
        }
        catch (TimeoutException)
        {
            return $"the journal did not answer within {within.TotalSeconds} s";
        }
    }
}

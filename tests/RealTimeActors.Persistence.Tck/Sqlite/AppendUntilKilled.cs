using System.Text;
using RealTimeActors.Actors;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Sqlite;
using RealTimeActors.Persistence.Tck.Stores;

namespace RealTimeActors.Persistence.Tck.Sqlite;

/// <summary>Keeps 20 rows of each of 8 streams in flight and says on its output, before anything else, which were acknowledged.</summary>
internal static class AppendUntilKilled
{
    internal const int Streams = 8;
    private const int InFlight = 20;

    internal static StreamId Stream(int number) => new($"channel/kill-{number}");

    internal static byte[] Payload(StreamId stream, long sequence) => Encoding.UTF8.GetBytes($"{stream} {sequence} {new string('x', (int)(sequence % 700))}");

    internal static int Run(string directory)
    {
        using var output = Console.OpenStandardOutput();
        var journal = SqliteJournal.Open(new SqliteJournalOptions { DataDirectory = directory, CheckpointBytes = 256 << 10, WalBytesMax = 1 << 20 });
        for (var i = 0; i < Streams; i++)
            new Writer(journal, Stream(i), output).Start();

        using var killed = new ManualResetEventSlim();
        killed.Wait();
        return 0;
    }

    private sealed class Writer(SqliteJournal journal, StreamId stream, Stream output) : IActorRef<JournalReply>
    {
        private long _last;

        public ActorPath Path { get; } = new(null, "writer");

        internal void Start()
        {
            var box = new ReplyBox();
            journal.Load(stream, box);
            _last = ((JournalReply.Loaded)box.WaitForAsync(1).GetAwaiter().GetResult()[0]).Last;

            // One first: the answers, on the journal's thread, do the rest.
            var first = _last;
            _last += InFlight;
            for (var sequence = first + 1; sequence <= first + InFlight; sequence++)
                Append(sequence);
        }

        public void Tell(JournalReply message)
        {
            var appended = (JournalReply.Appended)message;
            output.Write(Encoding.UTF8.GetBytes($"{stream} {appended.Last}\n"));
            output.Flush();
            Append(appended.Last + InFlight);
        }

        private void Append(long sequence) => journal.Append(stream, sequence - 1, new JournalRow(sequence, 1, Payload(stream, sequence)), this);
    }
}

using System.Text;
using RealTimeActors.Actors;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Tck.Stores;

namespace RealTimeActors.Persistence.Tck.PostgreSql;

/// <summary>Keeps rows of one stream in flight, each told by its content, and remembers what was answered. Stops at the first that is not appended, or when it is told to.</summary>
internal sealed class Appender(IJournal journal, StreamId stream, int inFlight) : IActorRef<JournalReply>
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _acknowledged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _last;
    private int _unanswered;
    private bool _isStopping;

    public ActorPath Path { get; } = new(null, "appender");

    internal StreamId Stream => stream;

    /// <summary>The last row that was acknowledged.</summary>
    internal long Acknowledged { get; private set; }

    /// <summary>Whatever else was answered.</summary>
    internal List<JournalReply> Others { get; } = [];

    internal static byte[] Payload(StreamId stream, long sequence) => Encoding.UTF8.GetBytes($"{stream} {sequence} {new string('x', (int)(sequence % 700))}");

    internal void Start(long last = 0)
    {
        lock (_gate)
        {
            (_last, Acknowledged) = (last, last);
            for (var i = 0; i < inFlight; i++)
                Append();
        }
    }

    /// <summary>Waits until so many are acknowledged, or nothing is any more.</summary>
    internal async Task AcknowledgedAsync(long sequence)
    {
        while (true)
        {
            Task next;
            lock (_gate)
            {
                if (Acknowledged >= sequence || _ended.Task.IsCompleted)
                    return;

                next = _acknowledged.Task;
            }

            await Task.WhenAny(next, _ended.Task).WaitAsync(TimeSpan.FromSeconds(120));
        }
    }

    /// <summary>Appends nothing more, and waits for what is in flight.</summary>
    internal Task StopAsync()
    {
        lock (_gate)
        {
            _isStopping = true;
            if (_unanswered == 0)
                _ended.TrySetResult();
        }

        return Ended;
    }

    internal Task Ended => _ended.Task.WaitAsync(TimeSpan.FromSeconds(120));

    public void Tell(JournalReply message)
    {
        lock (_gate)
        {
            _unanswered--;
            if (message is JournalReply.Appended appended && Others.Count == 0)
            {
                Acknowledged = appended.Last;
                _acknowledged.TrySetResult();
                _acknowledged = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
            else
            {
                Others.Add(message);
                _isStopping = true;
            }

            if (!_isStopping)
                Append();
            else if (_unanswered == 0)
                _ended.TrySetResult();
        }
    }

    /// <summary>The rows are 1, 2, 3 … with the right content, up to what was acknowledged at least. Tells where the stream ends.</summary>
    internal async Task<long> CheckAsync(IJournal from)
    {
        var box = new ReplyBox();
        from.Read(stream, 1, int.MaxValue, int.MaxValue, null, box);
        var read = Assert.IsType<JournalReply.RowsRead>((await box.WaitForAsync(1))[0]);

        Assert.True(read.Last >= Acknowledged, $"{stream} ends at {read.Last}; {Acknowledged} was acknowledged.");
        Assert.Equal(Enumerable.Range(1, (int)read.Last).Select(sequence => (long)sequence), read.Rows.Select(row => row.Last));
        Assert.All(read.Rows, row => Assert.Equal(Payload(stream, row.First), row.Payload.ToArray()));
        return read.Last;
    }

    private void Append()
    {
        _unanswered++;
        var sequence = ++_last;
        journal.Append(stream, sequence - 1, new JournalRow(sequence, 1, Payload(stream, sequence)), this);
    }
}

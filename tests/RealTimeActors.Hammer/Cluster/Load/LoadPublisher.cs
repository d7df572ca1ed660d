using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using RealTimeActors.Hammer.Servers;

namespace RealTimeActors.Hammer.Cluster.Load;

/// <summary>Numbers what it publishes to one channel, one after the other, and says each again, under the same number, until it knows what became of it.</summary>
internal abstract class LoadPublisher(string name, string channel, TimeSpan every, Judgement judgement) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private Task _running = Task.CompletedTask;
    private (long Since, TaskCompletionSource<TimeSpan> Found)? _awaited;

    internal string Name { get; } = name;

    internal string Channel { get; } = channel;

    /// <summary>What there are receipts for, in the order in which they came.</summary>
    internal List<Acknowledged> Receipts { get; } = [];

    /// <summary>Numbers of which nobody can say whether they are in the log.</summary>
    internal HashSet<int> Unknown { get; } = [];

    /// <summary>The last number that was begun.</summary>
    internal int Begun { get; private set; }

    /// <summary>The longest that one publish took, retries included.</summary>
    internal TimeSpan Slowest { get; private set; }

    /// <summary>What the last attempts that failed were told.</summary>
    internal ConcurrentQueue<string> Refusals { get; } = new();

    protected Judgement Judgement { get; } = judgement;

    internal void Start() => _running = Task.Run(RunAsync);

    /// <summary>Ends when a publish that was begun after this moment has a receipt.</summary>
    /// <param name="since">As of <see cref="Stopwatch.GetTimestamp"/>.</param>
    /// <returns>How long after it that was.</returns>
    internal Task<TimeSpan> SucceedsAgainAsync(long since)
    {
        lock (_lock)
        {
            var found = new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited = (since, found);
            return found.Task;
        }
    }

    /// <summary>Begins nothing new, and ends when what was begun has its receipt.</summary>
    internal async Task FinishAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    public virtual ValueTask DisposeAsync()
    {
        _stop.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Publishes until it has a receipt; null: nobody can say whether it is in the log.</summary>
    /// <param name="number">Which.</param>
    /// <param name="data">Its data.</param>
    protected abstract Task<Acknowledged?> PublishAsync(int number, byte[] data);

    /// <summary>Tells that an attempt that began at this moment has its receipt.</summary>
    protected void Succeeded(long began)
    {
        lock (_lock)
        {
            if (_awaited is not { } awaited || began < awaited.Since)
                return;

            _awaited = null;
            awaited.Found.SetResult(Stopwatch.GetElapsedTime(awaited.Since));
        }
    }

    protected void Refused(string what)
    {
        Refusals.Enqueue($"{RunClock.Now} {what}");
        while (Refusals.Count > 12)
            Refusals.TryDequeue(out _);
    }

    private async Task RunAsync()
    {
        try
        {
            using var pace = new PeriodicTimer(every);
            while (!_stop.IsCancellationRequested)
            {
                var number = ++Begun;
                var began = Stopwatch.GetTimestamp();
                var receipt = await PublishAsync(number, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"p":"{{Name}}","n":{{number}}}""")));
                if (receipt is null)
                    Unknown.Add(number);
                else
                    Receipts.Add(receipt);

                var took = Stopwatch.GetElapsedTime(began);
                Slowest = took > Slowest ? took : Slowest;
                await pace.WaitForNextTickAsync(CancellationToken.None);
            }
        }
        catch (Exception fault)
        {
            Judgement.Problem($"{Name} ended early: {fault}");
        }
    }
}

using System.Buffers.Text;
using System.Diagnostics;
using System.Text;
using RealTimeActors.Client;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Server.CommandLine.Remote;

namespace RealTimeActors.Server.CommandLine.Bench;

/// <summary>
/// Publishers that keep a number of events under way each, and subscribers that follow all of them, for a while. Every event carries the moment in which it was
/// published, so that the way to each subscriber is measured within this one process.
/// </summary>
internal sealed class BenchRun(RemoteServer server, string channel, int publishers, int subscribers, int inFlight, int bytes, Confirm confirm)
{
    private static readonly TimeSpan _warmUp = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _lastWithin = TimeSpan.FromSeconds(10);

    private readonly string _padding = new('x', Math.Max(0, bytes - 20));
    private readonly TaskCompletionSource _allReceived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Latencies _receipts = new();
    private Latencies _deliveries = new();
    private long _published;
    private long _received;
    private long _expected = long.MaxValue;

    /// <summary>Runs for so long after a second to get warm, then waits for what is still on its way.</summary>
    /// <exception cref="CommandException">Not every subscriber got every event.</exception>
    internal async Task<BenchResult> RunAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var clients = new List<RealTimeClient>();
        try
        {
            for (var i = 0; i < subscribers; i++)
            {
                var client = await server.ConnectAsync(session: null, cancellationToken);
                clients.Add(client);
                await client.SubscribeAsync(channel, new SubscribeOptions { From = From.Now, Ack = AckMode.None }, OnEvent, cancellationToken);
            }

            var senders = new List<RealTimeClient>();
            for (var i = 0; i < publishers; i++)
            {
                var client = await server.ConnectAsync(session: null, cancellationToken);
                clients.Add(client);
                senders.Add(client);
            }

            var end = Stopwatch.GetTimestamp() + (long)((_warmUp + duration).TotalSeconds * Stopwatch.Frequency);
            var publishing = senders.SelectMany(sender => Enumerable.Range(0, inFlight).Select(_ => PublishAsync(sender, end, cancellationToken))).ToList();

            using var warm = new PeriodicTimer(_warmUp);
            await warm.WaitForNextTickAsync(cancellationToken);
            (_receipts, _deliveries) = (new Latencies(), new Latencies());
            var (publishedBefore, receivedBefore, began) = (Volatile.Read(ref _published), Volatile.Read(ref _received), Stopwatch.GetTimestamp());

            await Task.WhenAll(publishing);
            var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            var (published, received) = (Volatile.Read(ref _published) - publishedBefore, Volatile.Read(ref _received) - receivedBefore);
            await LastAsync(cancellationToken);
            return new BenchResult(channel, publishers, subscribers, inFlight, bytes, confirm.ToString().ToLowerInvariant(), seconds, published, received, _receipts, _deliveries);
        }
        finally
        {
            await Task.WhenAll(clients.Select(client => client.CloseAsync(keepSession: false)));
        }
    }

    private async Task PublishAsync(RealTimeClient client, long end, CancellationToken cancellationToken)
    {
        var options = new PublishOptions { Confirm = confirm };
        while (Stopwatch.GetTimestamp() < end)
        {
            var sent = Stopwatch.GetTimestamp();
            await client.PublishJsonAsync(channel, "bench", Encoding.UTF8.GetBytes($"\"{sent} {_padding}\""), options, cancellationToken);
            _receipts.Add(Stopwatch.GetElapsedTime(sent));
            Interlocked.Increment(ref _published);
        }
    }

    private ValueTask OnEvent(ReceivedEvent received, CancellationToken cancellationToken)
    {
        if (Utf8Parser.TryParse(received.Event.Data.Span[1..], out long sent, out _))
            _deliveries.Add(Stopwatch.GetElapsedTime(sent));

        if (Interlocked.Increment(ref _received) >= Volatile.Read(ref _expected))
            _allReceived.TrySetResult();

        return ValueTask.CompletedTask;
    }

    private async Task LastAsync(CancellationToken cancellationToken)
    {
        Volatile.Write(ref _expected, _published * subscribers);
        if (Volatile.Read(ref _received) >= _expected)
            return;

        try
        {
            await _allReceived.Task.WaitAsync(_lastWithin, cancellationToken);
        }
        catch (TimeoutException late)
        {
            throw new CommandException($"{_expected} deliveries are expected; {_received} came, and nothing more within {_lastWithin.TotalSeconds} s.", late) { ExitCode = Exit.No };
        }
    }
}

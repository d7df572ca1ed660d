using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;
using RealTimeActors.EndToEnd.Tests.Infrastructure;

namespace RealTimeActors.EndToEnd.Tests.Kills;

/// <summary>A producer that numbers what it publishes and says it again, under the same number, until it has a receipt.</summary>
/// <param name="server">Where it publishes.</param>
/// <param name="channel">What to.</param>
/// <param name="mayBeRefused">Whether the server may say that it cannot write (113).</param>
internal sealed class Publisher(ServerProcess server, string channel, bool mayBeRefused = false)
{
    private readonly SortedSet<int> _unanswered = [];
    private int _lastSequence;

    /// <summary>The receipts, by sequence.</summary>
    internal Dictionary<int, JsonElement> Receipts { get; } = [];

    internal int UnansweredCount => _unanswered.Count;

    internal string Frame(int sequence) => string.Create(CultureInfo.InvariantCulture,
        $$$$"""{"id":{{{{sequence}}}},"publish":{"channel":"{{{{channel}}}}","type":"numbered","data":{"n":{{{{sequence}}}}},"producer":{"id":"p","sequence":{{{{sequence}}}}}}}""");

    /// <summary>Connects, says again what has no receipt, and publishes on. Returns when some receipts have come over this connection, in each round another number of them; what it returns ends with the connection.</summary>
    internal async Task<Task> BeginAsync(int round)
    {
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var isCut = PublishUntilCutAsync(100 + (round * 37), enough);
        await enough.Task;
        return isCut;
    }

    /// <summary>All receipts are true: each event is in the log once, at its place and with its hash, and nothing else is.</summary>
    internal async Task<(string Epoch, List<JsonElement> Events)> AssertLoggedAsync()
    {
        var (epoch, log) = await Log.ReadAllAsync(server, channel);
        Log.AssertOffsets(log, 1, log.Count);
        foreach (var (sequence, receipt) in Receipts)
        {
            Assert.InRange(Log.OffsetOf(receipt), 1, log.Count);
            var logged = log[(int)Log.OffsetOf(receipt) - 1];
            Assert.Equal(sequence, logged.GetProperty("data").GetProperty("n").GetInt32());
            Assert.Equal((epoch, logged.GetProperty("hash").GetString()), (receipt.GetProperty("epoch").GetString(), receipt.GetProperty("hash").GetString()));
        }

        Assert.Equal(Receipts.Count, log.Count);
        return (epoch, log);
    }

    /// <param name="receipts">So many of this connection are enough.</param>
    /// <param name="enough">Told then.</param>
    private async Task PublishUntilCutAsync(int receipts, TaskCompletionSource enough)
    {
        await using var client = await WireClient.OpenAsync(server);
        try
        {
            await client.SendAsync("""{"id":9007199254740991,"hello":{}}""");
            await client.TakeAsync("welcome");
            var came = 0;
            var isFirst = true;
            while (true)
            {
                var fresh = Enumerable.Range(_lastSequence + 1, InFlightMax - _unanswered.Count).ToList();
                foreach (var sequence in fresh)
                    _unanswered.Add(_lastSequence = sequence);

                await client.SendAsync([.. (isFirst ? (IEnumerable<int>)_unanswered : fresh).Select(Frame)]);
                isFirst = false;
                for (var i = 0; i < InFlightMax / 2; i++)
                {
                    Take(await client.TakeFrameAsync(frame => WireClient.IdOf(frame) > 0, "a receipt"));
                    if (++came == receipts)
                        enough.TrySetResult();
                }
            }
        }
        catch (Exception cut) when (cut is WebSocketException or InvalidOperationException or ObjectDisposedException)
        {
            // What came with the last bytes counts, too.
            foreach (var frame in client.TakeAll().Where(frame => frame.TryGetProperty("receipt", out _)))
                Take(frame);

            enough.TrySetException(cut);
        }
        catch (Exception fault)
        {
            enough.TrySetException(fault);
            throw;
        }
    }

    /// <summary>Says again what has no receipt, until everything has one.</summary>
    internal async Task FinishAsync()
    {
        await using var client = await WireClient.ConnectAsync(server);
        await client.SendAsync([.. _unanswered.Select(Frame)]);
        while (_unanswered.Count > 0)
            Take(await client.TakeFrameAsync(frame => WireClient.IdOf(frame) > 0, "a receipt"));
    }

    private void Take(JsonElement frame)
    {
        if (mayBeRefused && frame.TryGetProperty("error", out var error) && error.GetProperty("code").GetInt32() == 113)
            return;

        Assert.True(frame.TryGetProperty("receipt", out var receipt), $"A receipt is expected; {frame} came.");
        if (receipt.GetProperty("status").GetString() == "unknown")
            return;

        var sequence = (int)WireClient.IdOf(frame);
        Receipts[sequence] = receipt;
        _unanswered.Remove(sequence);
    }

    private const int InFlightMax = 200;
}

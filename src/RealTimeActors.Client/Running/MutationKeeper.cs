using System.Threading.Channels;
using RealTimeActors.Client.Machine.State;
using RealTimeActors.Client.Mutations;

namespace RealTimeActors.Client.Running;

/// <summary>Writes edits down beside the loop, so that nothing waits for the disk: whatever has gathered meanwhile goes with one write.</summary>
internal sealed class MutationKeeper
{
    private readonly IMutationStore _store;
    private readonly ClientLoop _loop;

    // Bounded by what the machine lets wait: an edit that is not kept, or not dropped, counts there.
    private readonly Channel<MutationRecord> _records = Channel.CreateUnbounded<MutationRecord>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Task _run;

    internal MutationKeeper(IMutationStore store, ClientLoop loop)
    {
        _store = store;
        _loop = loop;
        _run = Task.Run(RunAsync);
    }

    internal void Keep(PendingMutation mutation) => _records.Writer.TryWrite(new MutationRecord.Keep(mutation));

    internal void Drop(PendingMutation mutation) => _records.Writer.TryWrite(new MutationRecord.Drop(mutation.Number));

    /// <summary>Writes what is left, tells the loop so, and lets go of the store.</summary>
    internal async Task StopAsync()
    {
        _records.Writer.TryComplete();
        await _run;
        await _store.ReleaseAsync();
    }

    private async Task RunAsync()
    {
        while (await _records.Reader.WaitToReadAsync())
        {
            var batch = new List<MutationRecord>();
            while (batch.Count < BatchMax && _records.Reader.TryRead(out var record))
                batch.Add(record);

            try
            {
                await _store.WriteAsync(batch, CancellationToken.None);
                await _loop.PostAsync(new ClientInput(InputKind.MutationsWritten, batch));
            }
            catch (Exception fault)
            {
                await _loop.PostAsync(new ClientInput(InputKind.MutationsNotWritten, batch, Text: fault.Message));
            }
        }
    }

    private const int BatchMax = 1_000;
}

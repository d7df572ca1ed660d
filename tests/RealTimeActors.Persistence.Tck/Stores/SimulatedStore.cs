using RealTimeActors.Persistence.Journals;
using RealTimeActors.TestKit.Entropy;
using RealTimeActors.TestKit.Journals;
using RealTimeActors.TestKit.Time;

namespace RealTimeActors.Persistence.Tck.Stores;

internal sealed class SimulatedStore : IStore
{
    internal SimulatedStore(ulong seed = 1)
    {
        Disk = new SimulatedDisk(new SeededEntropy(seed));
        Simulated = new SimulatedJournal(Disk, Time);
    }

    internal VirtualTime Time { get; } = new();

    internal SimulatedDisk Disk { get; }

    internal SimulatedJournal Simulated { get; private set; }

    public IJournal Journal => Simulated;

    public void Pump()
    {
        while (Time.UntilNextTimer is { } next)
            Time.Advance(next);
    }

    public Task ReopenAsync()
    {
        Simulated.Dispose();
        Simulated = new SimulatedJournal(Disk, Time);
        return Task.CompletedTask;
    }

    internal void Crash()
    {
        Simulated.Crash();
        Simulated = new SimulatedJournal(Disk, Time);
    }

    public ValueTask DisposeAsync()
    {
        Simulated.Dispose();
        return ValueTask.CompletedTask;
    }
}

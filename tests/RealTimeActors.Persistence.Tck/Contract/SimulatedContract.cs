using RealTimeActors.Persistence.Tck.Stores;

namespace RealTimeActors.Persistence.Tck.Contract;

public sealed class SimulatedContract : DurableJournalContract
{
    protected override IStore CreateStore() => new SimulatedStore();
}

using RealTimeActors.Persistence.Tck.Stores;

namespace RealTimeActors.Persistence.Tck.Contract;

public sealed class MemoryContract : JournalContract
{
    protected override IStore CreateStore() => new MemoryStore();
}

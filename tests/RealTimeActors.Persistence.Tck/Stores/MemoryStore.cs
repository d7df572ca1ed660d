using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Sqlite.Memory;

namespace RealTimeActors.Persistence.Tck.Stores;

internal sealed class MemoryStore : IStore
{
    public IJournal Journal { get; } = new MemoryJournal(TimeProvider.System);

    public void Pump() { }

    public Task ReopenAsync() => throw new NotSupportedException("Memory does not outlive its process.");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

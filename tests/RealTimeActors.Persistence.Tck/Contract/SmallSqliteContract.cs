using RealTimeActors.Persistence.Tck.Stores;

namespace RealTimeActors.Persistence.Tck.Contract;

/// <summary>The same with the least of everything: two writes in a commit, one remembered stream, a log that begins again all the time.</summary>
public sealed class SmallSqliteContract : DurableJournalContract
{
    protected override IStore CreateStore() => new SqliteStore(options => options with
    {
        GroupWritesMax = 2,
        HeadsMax = 1,
        Readers = 1,
        CheckpointBytes = 16 << 10,
        WalBytesMax = 64 << 10,
    });
}

using System.Globalization;
using System.Threading.Channels;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Leases;
using RealTimeActors.Persistence.Membership;
using RealTimeActors.Persistence.PostgreSql.Connections;
using RealTimeActors.Persistence.PostgreSql.Leases;
using RealTimeActors.Persistence.PostgreSql.Membership;
using RealTimeActors.Persistence.PostgreSql.Reading;
using RealTimeActors.Persistence.PostgreSql.Schema;
using RealTimeActors.Persistence.PostgreSql.Work;
using RealTimeActors.Persistence.PostgreSql.Writing;

namespace RealTimeActors.Persistence.PostgreSql;

/// <summary>
/// The store of a cluster in one schema of a PostgreSQL database: journals under fences, leases, and the table of nodes. See <c>README.md</c> beside this file for the tables,
/// what is durable, and the rights that the role needs. A server that is alone uses <see cref="PostgreSqlJournal"/>.
/// </summary>
public sealed partial class PostgreSqlStore : IFencedJournals, IAsyncDisposable
{
    private readonly PostgreSqlOptions _options;
    private readonly Database _database;
    private readonly object _gate = new();
    private readonly Dictionary<string, StreamTraffic> _traffic = new(StringComparer.Ordinal);
    private readonly Channel<ReadWork> _toRead = Channel.CreateUnbounded<ReadWork>();
    private readonly Reader[] _readers;
    private readonly Writer[] _writers;
    private readonly Reclaimer _reclaimer;
    private readonly PostgreSqlLeases _leases;
    private readonly PostgreSqlMembers _members;
    private readonly Dictionary<int, FenceTraffic> _byShard = [];
    private int _writes;
    private long _writeBytes;
    private int _reads;
    private bool _isClosing;
    private volatile bool _isProbing;

    private PostgreSqlStore(PostgreSqlOptions options, Database database)
    {
        _options = options;
        _database = database;
        var meters = options.Meter is { } meter ? new JournalMeters(meter, options.Time, () => _writes, () => _writeBytes, () => _reads) : null;
        _readers = [.. Enumerable.Range(0, options.Readers).Select(_ => new Reader(this, database, options, _toRead.Reader))];
        _writers = [.. Enumerable.Range(0, options.Writers).Select(_ => new Writer(this, database, options, meters))];
        _reclaimer = new Reclaimer(database, options);
        _leases = new PostgreSqlLeases(database, options);
        _members = new PostgreSqlMembers(database, options);
    }

    /// <summary>Why the store cannot be written just now; null: the last commits succeeded.</summary>
    public JournalOutage? Outage => _writers.Select(writer => writer.Outage).OfType<JournalOutage>().MinBy(outage => outage.Since);

    /// <summary>Where the store is, for messages: host, database and schema.</summary>
    public string Name => _database.Name;

    /// <summary>The door to leases and fences.</summary>
    public ILeaseStore Leases => _leases;

    /// <summary>The door to the table of nodes.</summary>
    public IMembershipStore Members => _members;

    internal PostgreSqlLeases LeaseCalls => _leases;

    internal PostgreSqlMembers MemberCalls => _members;

    internal int Writers => _writers.Length;

    /// <summary>Opens the store; makes its tables, or brings them up to date, where it may. Waits for a database that cannot be reached yet.</summary>
    /// <exception cref="PostgreSqlStoreException">It cannot be reached in time, does not promise durability, its tables are newer than this program, or missing and not to be made, or the role lacks a right to them.</exception>
    public static async Task<PostgreSqlStore> OpenAsync(PostgreSqlOptions options, CancellationToken cancellation = default)
    {
        Check(options);
        var database = new Database(options);
        try
        {
            await EnsureAsync(database, options, options.Migrates, runs: true, cancellation);
            return new PostgreSqlStore(options, database);
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes the tables, or brings them up to date, with a role that may, and opens nothing.</summary>
    /// <returns>The version that was there, 0 for none, and the version that is there now.</returns>
    /// <exception cref="PostgreSqlStoreException">As of <see cref="OpenAsync"/>.</exception>
    public static async Task<(int From, int To)> MigrateAsync(PostgreSqlOptions options, CancellationToken cancellation = default)
    {
        Check(options);
        await using var database = new Database(options);
        return (await EnsureAsync(database, options, migrates: true, runs: false, cancellation), StoreSchema.Version);
    }

    /// <inheritdoc/>
    public IJournal Under(Fence fence)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fence.Shard, 0, nameof(fence));
        return new FencedJournal(this, _ => fence);
    }

    /// <inheritdoc/>
    public JournalProgress ProgressOf(Fence fence)
    {
        lock (_gate)
            return _byShard.TryGetValue(fence.Shard, out var traffic) && traffic.Fence == fence ? traffic.Progress : default;
    }

    /// <summary>Tries one small commit while <see cref="Outage"/> says that the last one failed: otherwise a store that nobody writes to any more would stay in doubt for ever.</summary>
    /// <remarks>At most one round is under way; what became of it shows in <see cref="Outage"/>.</remarks>
    public void Probe()
    {
        if (Outage is null || Interlocked.Exchange(ref _isProbing, true))
            return;

        var left = _writers.Length;
        foreach (var writer in _writers)
        {
            Submit(
                new ProbeWork(() =>
                {
                    if (Interlocked.Decrement(ref left) == 0)
                        _isProbing = false;
                }),
                writer);
        }
    }

    /// <summary>Takes nothing new, writes what waits, answers it, and closes the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await CloseWritersAsync();
        if (!_toRead.Writer.TryComplete())
            return;

        foreach (var reader in _readers)
            await reader.CloseAsync();

        await _reclaimer.DisposeAsync();
        await _leases.DisposeAsync();
        await _members.DisposeAsync();
        await _database.DisposeAsync();
    }

    /// <summary>Takes nothing new, writes what waits, and answers it.</summary>
    internal async Task CloseWritersAsync()
    {
        lock (_gate)
            _isClosing = true;

        foreach (var writer in _writers)
            await writer.CloseAsync();
    }

    /// <summary>What belongs to one shard has one writer.</summary>
    internal Writer WriterOf(Fence fence) => _writers[(fence.Shard < 0 ? -1 - fence.Shard : fence.Shard) % _writers.Length];

    private static async Task<int> EnsureAsync(Database database, PostgreSqlOptions options, bool migrates, bool runs, CancellationToken cancellation)
    {
        var begun = options.Time.GetTimestamp();
        while (true)
        {
            try
            {
                return await StoreSchema.EnsureAsync(database, options.Schema, migrates, runs, cancellation);
            }
            catch (Exception error) when (error is not PostgreSqlStoreException && DatabaseFailure.Is(error))
            {
                var failure = DatabaseFailure.Of(error, database.Name);
                if (!failure.IsTransient || DatabaseFailure.WaitsForAPerson(error))
                    throw new PostgreSqlStoreException(failure.Fault, failure.Message, error);

                if (options.Time.GetElapsedTime(begun) >= options.StartWithin)
                {
                    throw new PostgreSqlStoreException(
                        failure.Fault,
                        $"{failure.Message} This start has waited {options.StartWithin.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s for it (realtime.journal.postgresql.start-within), and gives up.",
                        error);
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), options.Time, cancellation);
        }
    }

    private static void Check(PostgreSqlOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrEmpty(options.Schema);
        ArgumentException.ThrowIfNullOrEmpty(options.Node);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Writers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Readers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.GroupWritesMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.PageRows, 1);
    }
}

using RealTimeActors.Actors;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Leases;
using RealTimeActors.Persistence.Membership;

namespace RealTimeActors.Persistence.PostgreSql;

/// <summary>
/// The journal of a server that has its store in PostgreSQL for itself. It holds a lease on the whole store, so that a second server is refused while this one is alive, and writes
/// under fences, so that nothing of this one commits after another has taken over, whatever it believes.
/// </summary>
public sealed class PostgreSqlJournal : IJournal, IAsyncDisposable
{
    private readonly PostgreSqlStore _store;
    private readonly PostgreSqlOptions _options;
    private readonly FencedJournal _journal;
    private readonly NodeIncarnation _self;
    private readonly Fence _whole;
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource<string> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _keep;
    private volatile JournalOutage? _takenOver;

    private PostgreSqlJournal(PostgreSqlStore store, PostgreSqlOptions options, NodeIncarnation self, IReadOnlyList<Fence> fences)
    {
        _store = store;
        _options = options;
        _self = self;
        var byWriter = fences.OrderByDescending(fence => fence.Shard).ToArray();
        _whole = byWriter[0];
        _journal = new FencedJournal(store, stream => byWriter[WriterOf(stream.Value, byWriter.Length)]);
        _keep = Task.Run(KeepAsync);
    }

    /// <summary>Why the store cannot be written just now; null: the last commits succeeded.</summary>
    public JournalOutage? Outage => _takenOver ?? _store.Outage;

    /// <summary>Where the store is, for messages: host, database and schema.</summary>
    public string Name => _store.Name;

    /// <summary>Ends when another has taken the store over: nothing that this server tells it is written any more, and the server should stop. Says how it came about.</summary>
    public Task<string> Lost => _lost.Task;

    /// <summary>Opens the store and takes it, once the lease of a server that was killed has run out.</summary>
    /// <exception cref="PostgreSqlStoreException">As of <see cref="PostgreSqlStore.OpenAsync"/>; or another server is alive on the store.</exception>
    public static async Task<PostgreSqlJournal> OpenAsync(PostgreSqlOptions options, CancellationToken cancellation = default)
    {
        var store = await PostgreSqlStore.OpenAsync(options, cancellation);
        try
        {
            var patience = options.Time.GetTimestamp();
            var self = await AnnounceAsync(store, options, patience, cancellation);
            var whole = await TakeAsync(store, options, self, patience, cancellation);
            return await store.LeaseCalls.OpenFencesAsync(whole, store.Writers) is LeaseReply.Renewed { Fences: { Count: > 0 } fences }
                ? new PostgreSqlJournal(store, options, self, fences)
                : throw new PostgreSqlStoreException(JournalFault.Fenced, $"{store.Name} was taken over by another server at this moment.");
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Append(StreamId stream, long expectedLast, JournalRow row, IActorRef<JournalReply> replyTo) => _journal.Append(stream, expectedLast, row, replyTo);

    /// <inheritdoc/>
    public void Read(StreamId stream, long from, int entriesMax, int bytesMax, object? tag, IActorRef<JournalReply> replyTo) =>
        _journal.Read(stream, from, entriesMax, bytesMax, tag, replyTo);

    /// <inheritdoc/>
    public void Trim(StreamId stream, long upTo, IActorRef<JournalReply> replyTo) => _journal.Trim(stream, upTo, replyTo);

    /// <inheritdoc/>
    public void Delete(StreamId stream, IActorRef<JournalReply> replyTo) => _journal.Delete(stream, replyTo);

    /// <inheritdoc/>
    public void List(string prefix, string after, int limit, IActorRef<JournalReply> replyTo) => _journal.List(prefix, after, limit, replyTo);

    /// <inheritdoc/>
    public void SaveSnapshot(StreamId stream, long sequence, ReadOnlyMemory<byte> payload, IActorRef<JournalReply> replyTo) =>
        _journal.SaveSnapshot(stream, sequence, payload, replyTo);

    /// <inheritdoc/>
    public void Load(StreamId stream, IActorRef<JournalReply> replyTo) => _journal.Load(stream, replyTo);

    /// <summary>See <see cref="PostgreSqlStore.Probe"/>.</summary>
    public void Probe() => _store.Probe();

    /// <summary>Takes nothing new, writes what waits, answers it, gives the store back, and closes the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_closing.IsCancellationRequested)
            return;

        await _closing.CancelAsync();
        await _keep;
        await _store.CloseWritersAsync();
        if (!_lost.Task.IsCompleted)
        {
            await _store.LeaseCalls.ReleaseAsync(_whole, _self);
            await _store.MemberCalls.LeaveAsync(_self);
        }

        await _store.DisposeAsync();
        _closing.Dispose();
    }

    private static async Task<NodeIncarnation> AnnounceAsync(PostgreSqlStore store, PostgreSqlOptions options, long patience, CancellationToken cancellation)
    {
        while (true)
        {
            var announcement = new NodeAnnouncement(options.Node, "", ["core", "edge"]);
            var remaining = await store.MemberCalls.AnnounceAsync(announcement, options.Lease) switch
            {
                MembershipReply.Announced announced => (announced.Self, TimeSpan.Zero),
                MembershipReply.NameTaken taken when IsPatient(options, patience) => (default, taken.Remaining),
                MembershipReply.NameTaken taken => throw InUse(store, taken.Other),
                MembershipReply.Failed failed => throw new PostgreSqlStoreException(JournalFault.Unavailable, failed.Message),
                var other => throw new InvalidOperationException($"An announcement was answered by {other}."),
            };
            if (remaining.Item2 == TimeSpan.Zero)
                return remaining.Item1;

            await Task.Delay(remaining.Item2, options.Time, cancellation);
        }
    }

    private static async Task<Fence> TakeAsync(PostgreSqlStore store, PostgreSqlOptions options, NodeIncarnation self, long patience, CancellationToken cancellation)
    {
        while (true)
        {
            switch (await store.LeaseCalls.TakeAsync(Fence.WholeStore, self, options.Lease))
            {
                case LeaseReply.Taken taken:
                    return taken.Fence;
                case LeaseReply.Held held when IsPatient(options, patience):
                    await Task.Delay(held.Remaining + TimeSpan.FromMilliseconds(10), options.Time, cancellation);
                    break;
                case LeaseReply.Held held:
                    await store.MemberCalls.LeaveAsync(self);
                    throw InUse(store, held.Owner);
                case LeaseReply.Failed failed:
                    throw new PostgreSqlStoreException(JournalFault.Unavailable, failed.Message);
                case var other:
                    throw new PostgreSqlStoreException(JournalFault.Fenced, $"{store.Name} was taken over by another server at this moment ({other.GetType().Name}).");
            }
        }
    }

    /// <summary>The lease of a server that was killed runs out within this time; that of one that is alive does not.</summary>
    private static bool IsPatient(PostgreSqlOptions options, long since) => options.Time.GetElapsedTime(since) < options.Lease * 1.5;

    private static PostgreSqlStoreException InUse(PostgreSqlStore store, NodeIncarnation by) => new(
        JournalFault.Unavailable,
        $"{store.Name} is in use by another server ({by.Node}), which is alive. Stop it, or give this one another realtime.journal.postgresql.schema.");

    private static int WriterOf(string stream, int writers)
    {
        // FNV-1a: nothing depends on it beyond this process.
        var hash = 2_166_136_261u;
        foreach (var unit in stream)
            hash = (hash ^ unit) * 16_777_619;

        return (int)(hash % (uint)writers);
    }

    /// <summary>Renews the lease, and finds out when it is another's. While the database is away nothing is given up: nobody else can take the store over meanwhile either.</summary>
    private async Task KeepAsync()
    {
        while (!_closing.IsCancellationRequested)
        {
            await Task.Delay(_options.Lease / 3, _options.Time, _closing.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            if (_closing.IsCancellationRequested)
                return;

            if (await _store.MemberCalls.BeatAsync(_self, _options.Lease) is MembershipReply.NoMember
                || await _store.LeaseCalls.RenewAsync(_whole, _self, _options.Lease) is LeaseReply.NoMember or LeaseReply.Renewed { Fences.Count: 0 })
            {
                var how = $"this one was not heard of for more than {_options.Lease.TotalSeconds} s. Nothing is written here any more.";
                _takenOver = new JournalOutage($"Another server has taken over the store: {how}", $"Another server has taken over {_store.Name}: {how}", _options.Time.GetUtcNow());
                _lost.TrySetResult(_takenOver.Report);
                return;
            }
        }
    }
}

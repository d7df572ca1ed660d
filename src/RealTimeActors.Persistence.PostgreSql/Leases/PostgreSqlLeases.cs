using System.Collections.Concurrent;
using System.Security.Cryptography;
using Npgsql;
using RealTimeActors.Actors;
using RealTimeActors.Persistence.Leases;
using RealTimeActors.Persistence.Membership;
using RealTimeActors.Persistence.PostgreSql.Connections;

namespace RealTimeActors.Persistence.PostgreSql.Leases;

/// <summary>
/// Leases and fences as rows: each call is one statement, and one transaction, but for leases that are asked for while another one is taken: they are taken together, in the order of their shards. Who takes over what a dead node
/// had waits for the disk once, and not for each shard. Renewals have a connection of their own, so that none waits for a takeover.
/// </summary>
internal sealed class PostgreSqlLeases : ILeaseStore, IAsyncDisposable
{
    private const int TakenTogetherMax = 64;
    private readonly CallLine<LeaseReply> _takeovers;
    private readonly CallLine<LeaseReply> _renewals;
    private readonly ConcurrentQueue<Taking> _wanted = new();

    internal PostgreSqlLeases(Database database, PostgreSqlOptions options)
    {
        _takeovers = new CallLine<LeaseReply>(database, options, (message, tag) => new LeaseReply.Failed(message, tag));

        // Those who renew are the first to find that the database was away; who takes over when it is back does not find it out once more.
        _renewals = new CallLine<LeaseReply>(database, options, (message, tag) => new LeaseReply.Failed(message, tag), _takeovers.Distrust);
    }

    public void Take(int shard, NodeIncarnation owner, TimeSpan length, object? tag, IActorRef<LeaseReply> replyTo)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shard, Fence.WholeStore);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(length, TimeSpan.Zero);
        _wanted.Enqueue(new Taking(shard, owner, length, tag, replyTo));

        // One call for each, of which the first takes all that are wanted by then; the others find nothing more to do. So none is left behind, whichever of them fails.
        var these = new List<Taking>();
        _takeovers.Add(connection => TakeAsync(connection, Gather(these)), message => Fail(Gather(these), message));
    }

    public void Renew(IReadOnlyList<Fence> fences, NodeIncarnation owner, TimeSpan length, object? tag, IActorRef<LeaseReply> replyTo)
    {
        ArgumentNullException.ThrowIfNull(fences);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(length, TimeSpan.Zero);
        _renewals.Add(connection => RenewAsync(connection, fences, owner, length, tag), tag, replyTo);
    }

    public void Release(Fence fence, NodeIncarnation owner, object? tag, IActorRef<LeaseReply> replyTo) =>
        _renewals.Add(connection => ReleaseAsync(connection, fence, owner, tag), tag, replyTo);

    public void List(object? tag, IActorRef<LeaseReply> replyTo) => _renewals.Add(connection => ListAsync(connection, tag), tag, replyTo);

    /// <summary>The same for who can wait.</summary>
    internal Task<LeaseReply> TakeAsync(int shard, NodeIncarnation owner, TimeSpan length) => _takeovers.CallAsync(async connection => (await TakenAsync(connection, [new Taking(shard, owner, length, null, null)]))[0]);

    internal Task<LeaseReply> RenewAsync(Fence fence, NodeIncarnation owner, TimeSpan length) => _renewals.CallAsync(connection => RenewAsync(connection, [fence], owner, length, null));

    internal Task<LeaseReply> ReleaseAsync(Fence fence, NodeIncarnation owner) => _renewals.CallAsync(connection => ReleaseAsync(connection, fence, owner, null));

    /// <summary>Opens what the owner of the whole store writes under: a fence for each writer. Answered as a renewal; without any fence when the lease is another's.</summary>
    internal Task<LeaseReply> OpenFencesAsync(Fence whole, int count) => _takeovers.CallAsync(async connection =>
    {
        await using var command = connection.Command("SELECT shard, epoch FROM open_fences($1, $2, $3)", whole.Epoch, whole.Nonce, count);
        await using var row = await command.ExecuteReaderAsync();
        var fences = new List<Fence>();
        while (await row.ReadAsync())
            fences.Add(new Fence(row.GetInt32(0), row.GetInt64(1), whole.Nonce));

        return new LeaseReply.Renewed(fences, null);
    });

    public async ValueTask DisposeAsync()
    {
        await _takeovers.DisposeAsync();
        await _renewals.DisposeAsync();
    }

    private List<Taking> Gather(List<Taking> these)
    {
        while (these.Count < TakenTogetherMax && _wanted.TryDequeue(out var wanted))
            these.Add(wanted);

        return these;
    }

    private static void Fail(List<Taking> these, string message)
    {
        foreach (var taking in these)
            taking.ReplyTo?.Tell(new LeaseReply.Failed(message, taking.Tag));
    }

    private static async Task<Action> TakeAsync(NpgsqlConnection connection, List<Taking> these)
    {
        if (these.Count == 0)
            return static () => { };

        // In order: two nodes that want the same shards do not wait for each other.
        these.Sort((one, other) => one.Shard.CompareTo(other.Shard));
        var replies = await TakenAsync(connection, these);
        return () => these.Zip(replies).ToList().ForEach(pair => pair.First.ReplyTo?.Tell(pair.Second));
    }

    private static async Task<List<LeaseReply>> TakenAsync(NpgsqlConnection connection, IReadOnlyList<Taking> these)
    {
        var replies = new List<LeaseReply>();
        await using var batch = new NpgsqlBatch(connection);
        foreach (var taking in these)
            batch.BatchCommands.Add(taking.Command());

        // The last result is read to its end: only then it is committed.
        await using var row = await batch.ExecuteReaderAsync();
        foreach (var taking in these)
        {
            await row.ReadAsync();
            replies.Add(taking.ReplyOf(row));
            await row.NextResultAsync();
        }

        return replies;
    }

    private static async Task<LeaseReply> RenewAsync(NpgsqlConnection connection, IReadOnlyList<Fence> fences, NodeIncarnation owner, TimeSpan length, object? tag)
    {
        await using var command = connection.Command(
            "SELECT * FROM renew_leases($1, $2, $3, $4, $5)",
            owner.Node, owner.Number, length.Milliseconds(), fences.Select(fence => fence.Shard).ToArray(), fences.Select(fence => fence.Epoch).ToArray());
        await using var row = await command.ExecuteReaderAsync();
        await row.ReadAsync();
        if (!row.GetBoolean(0))
            return new LeaseReply.NoMember(owner, tag);

        var renewed = row.GetFieldValue<int[]>(1).ToHashSet();
        return new LeaseReply.Renewed([.. fences.Where(fence => renewed.Contains(fence.Shard))], tag);
    }

    private static async Task<LeaseReply> ReleaseAsync(NpgsqlConnection connection, Fence fence, NodeIncarnation owner, object? tag)
    {
        // The next owner waits for it, and waits for the disk himself: with his lease this is there, too. Lost without that, the lease runs out as if it had not been given back.
        await using var command = connection.Command(
            """
            UPDATE leases l SET until = to_timestamp(0) FROM fences f
            WHERE l.shard = $1 AND l.node = $2 AND l.incarnation = $3 AND f.shard = l.shard AND f.epoch = $4 AND f.nonce = $5 AND set_config('synchronous_commit', 'off', true) = 'off'
            """,
            fence.Shard, owner.Node, owner.Number, fence.Epoch, fence.Nonce);
        await command.ExecuteNonQueryAsync();
        return new LeaseReply.Released(fence, tag);
    }

    private static async Task<LeaseReply> ListAsync(NpgsqlConnection connection, object? tag)
    {
        await using var command = connection.Command(
            "SELECT l.shard, l.node, l.incarnation, f.epoch, ms_until(l.until) FROM leases l JOIN fences f ON f.shard = l.shard WHERE l.incarnation > 0 ORDER BY l.shard");
        await using var row = await command.ExecuteReaderAsync();
        var leases = new List<Lease>();
        while (await row.ReadAsync())
            leases.Add(new Lease(row.GetInt32(0), new NodeIncarnation(row.GetString(1), row.GetInt64(2)), row.GetInt64(3), TimeSpan.FromMilliseconds(row.GetInt64(4))));

        return new LeaseReply.Listed(leases, tag);
    }

    /// <summary>A lease that is wanted.</summary>
    private sealed record Taking(int Shard, NodeIncarnation Owner, TimeSpan Length, object? Tag, IActorRef<LeaseReply>? ReplyTo)
    {
        private readonly long _nonce = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));

        internal NpgsqlBatchCommand Command()
        {
            var command = new NpgsqlBatchCommand("SELECT * FROM take_lease($1, $2, $3, $4, $5)");
            foreach (var value in (object[])[Shard, Owner.Node, Owner.Number, Length.Milliseconds(), _nonce])
                command.Parameters.Add(new NpgsqlParameter { Value = value });

            return command;
        }

        internal LeaseReply ReplyOf(NpgsqlDataReader row) => row.GetString(0) switch
        {
            "taken" => new LeaseReply.Taken(new Fence(Shard, row.GetInt64(1), _nonce), Tag),
            "held" => new LeaseReply.Held(Shard, new NodeIncarnation(row.GetString(2), row.GetInt64(3)), TimeSpan.FromMilliseconds(row.GetInt64(4)), Tag),
            _ => new LeaseReply.NoMember(Owner, Tag),
        };
    }
}

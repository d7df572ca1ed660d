using System.Reflection;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Leases;
using RealTimeActors.Persistence.Membership;
using RealTimeActors.Persistence.PostgreSql;
using RealTimeActors.Persistence.PostgreSql.Schema;
using RealTimeActors.Persistence.Tck.Cluster;
using RealTimeActors.Persistence.Tck.Stores;
using RealTimeActors.PostgreSql.Kit;

namespace RealTimeActors.Persistence.Tck.PostgreSql;

/// <summary>A store that an older program has made and written becomes one of this version, with everything that is in it.</summary>
[Collection(nameof(PostgreSqlCollection))]
public sealed class MigrationTests(PostgreSqlServer shared)
{
    private const string Life = "0123456789abcdef0123456789abcdef";
    private static readonly StreamId _stream = new("channel/of-version-1");

    private PrivatePostgreSql Server => shared.Server;

    [PostgreSqlFact]
    public async Task A_store_of_version_1_keeps_its_streams_its_life_its_nodes_and_their_leases()
    {
        var options = await MakeVersion1Async();

        var migrated = await PostgreSqlStore.MigrateAsync(options);

        Assert.Equal((1, StoreSchema.Version), migrated);
        Assert.Equal(StoreSchema.Version, await Server.ScalarAsync<long>($"SELECT count(*) FROM {options.Schema}.schema_version"));
        await using var store = await PostgreSqlStore.OpenAsync(options);
        var box = new ReplyBox();
        store.Under(new Fence(3, 4, 77)).Load(_stream, box);
        var loaded = Assert.IsType<JournalReply.Loaded>((await box.WaitForAsync(1))[0]);
        Assert.Equal((5, Life), (loaded.Last, loaded.Life));
        Assert.Equal([3], (await RenewAsync(store, 3, 8)).Fences.Select(fence => fence.Shard));
    }

    [PostgreSqlFact]
    public async Task A_role_without_the_right_to_create_waits_for_who_may_migrate_and_needs_no_more_grants_than_it_had()
    {
        var options = await MakeVersion1Async();
        var role = $"{options.Schema}_runner";
        await Server.ExecuteAsync(
            $"""
            CREATE ROLE {role} LOGIN;
            GRANT USAGE ON SCHEMA {options.Schema} TO {role};
            GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {options.Schema} TO {role};
            GRANT USAGE ON ALL SEQUENCES IN SCHEMA {options.Schema} TO {role};
            """);
        var runner = options with { ConnectionString = $"{options.ConnectionString};Username={role}" };
        foreach (var migrates in (bool[])[true, false])
        {
            var refused = await Assert.ThrowsAsync<PostgreSqlStoreException>(() => PostgreSqlStore.OpenAsync(runner with { Migrates = migrates }));
            Assert.Contains("a store of version 1 (0: none)", refused.Message, StringComparison.Ordinal);
            Assert.Contains("realtime migrate", refused.Message, StringComparison.Ordinal);
        }

        await PostgreSqlStore.MigrateAsync(options);

        await using var store = await PostgreSqlStore.OpenAsync(runner with { Migrates = false });
        Assert.Equal([3], (await RenewAsync(store, 3, 8)).Fences.Select(fence => fence.Shard));
    }

    /// <summary>As a program of version 1 has left it: a stream of five entries, and a node with the lease of shard 3, which has given that of shard 8 back.</summary>
    private async Task<PostgreSqlOptions> MakeVersion1Async()
    {
        var options = new PostgreSqlOptions { ConnectionString = Server.ConnectionString, Schema = PostgreSqlServer.NewSchema() };
        using var tables = new StreamReader(Assembly.GetAssembly(typeof(PostgreSqlStore))!.GetManifestResourceStream("1.sql")!);
        await Server.ExecuteAsync(
            $"""
            CREATE SCHEMA {options.Schema};
            SET search_path TO {options.Schema};
            CREATE TABLE schema_version (version integer PRIMARY KEY, applied timestamptz NOT NULL DEFAULT clock_timestamp());
            INSERT INTO schema_version (version) VALUES (1);
            {await tables.ReadToEndAsync()}
            UPDATE meta SET value = '{Life}' WHERE name = 'life';
            INSERT INTO streams (id, name, last, last_write_ms) VALUES (nextval('stream_ids'), '{_stream}', 5, 1);
            INSERT INTO members (node, incarnation, address, roles, until) VALUES ('n1', nextval('incarnations'), 'n1:7400', ARRAY['core'], clock_timestamp() + interval '1 hour');
            INSERT INTO fences (shard, epoch, nonce) VALUES (3, 4, 77), (8, 4, 77);
            INSERT INTO leases (shard, node, incarnation, until) VALUES (3, 'n1', 1, clock_timestamp() + interval '1 hour'), (8, 'n1', 1, to_timestamp(0));
            """);
        return options;
    }

    private static async Task<LeaseReply.Renewed> RenewAsync(PostgreSqlStore store, params int[] shards)
    {
        var asked = new Asked<LeaseReply>();
        store.Leases.Renew([.. shards.Select(shard => new Fence(shard, 4, 77))], new NodeIncarnation("n1", 1), TimeSpan.FromSeconds(30), null, asked);
        return Assert.IsType<LeaseReply.Renewed>(await asked.Answer);
    }
}

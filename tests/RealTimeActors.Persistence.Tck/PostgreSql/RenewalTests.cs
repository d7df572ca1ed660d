using Npgsql;
using RealTimeActors.Persistence.Leases;
using RealTimeActors.Persistence.Membership;
using RealTimeActors.Persistence.Tck.Cluster;

namespace RealTimeActors.Persistence.Tck.PostgreSql;

/// <summary>Renewals and releases go by several connections: their order in the database is nobody's choice.</summary>
[Collection(nameof(PostgreSqlCollection))]
public sealed class RenewalTests(PostgreSqlServer shared)
{
    private static readonly TimeSpan _length = TimeSpan.FromSeconds(30);

    [PostgreSqlFact]
    public async Task A_lease_that_is_being_given_back_just_now_is_not_brought_back_by_a_renewal_that_waits_for_that()
    {
        await using var medium = new PostgreSqlClusterMedium(shared.Server);
        var store = medium.OpenStore("n1");
        var joined = new Asked<MembershipReply>();
        store.Members.Announce(new NodeAnnouncement("n1", "", []), _length, null, joined);
        var self = Assert.IsType<MembershipReply.Announced>(await joined.Answer).Self;
        var (three, four) = (await TakeAsync(3), await TakeAsync(4));

        // What a release does, by a connection whose commit is slow.
        await using var releasing = new NpgsqlConnection($"{shared.Server.ConnectionString};Pooling=false");
        await releasing.OpenAsync();
        await using var release = await releasing.BeginTransactionAsync();
        await ExecuteAsync($"UPDATE {medium.Schema}.leases SET until = to_timestamp(0) WHERE shard = 3");
        var renewed = new Asked<LeaseReply>();
        store.Leases.Renew([three, four], self, _length, null, renewed);
        await WaitUntilItWaitsAsync();
        await release.CommitAsync();

        Assert.Equal([four], Assert.IsType<LeaseReply.Renewed>(await renewed.Answer).Fences);
        Assert.Equal(1L, await shared.Server.ScalarAsync<long>($"SELECT count(*) FROM {medium.Schema}.leases WHERE shard = 3 AND until = to_timestamp(0)"));

        async Task<Fence> TakeAsync(int shard)
        {
            var asked = new Asked<LeaseReply>();
            store.Leases.Take(shard, self, _length, null, asked);
            return Assert.IsType<LeaseReply.Taken>(await asked.Answer).Fence;
        }

        async Task WaitUntilItWaitsAsync()
        {
            while (await shared.Server.ScalarAsync<long>($"SELECT count(*) FROM pg_stat_activity WHERE {releasing.ProcessID} = ANY (pg_blocking_pids(pid))") == 0)
                Assert.False(renewed.Answer.IsCompleted, "The renewal did not wait for the release.");
        }

        async Task ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, releasing, release);
            await command.ExecuteNonQueryAsync();
        }
    }
}

using RealTimeActors.Hosting.Integrity;
using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Server.Tests.CommandLine.PostgreSql;

/// <summary>What <c>realtime verify</c> finds in a store in PostgreSQL that a real node has filled.</summary>
public sealed class DatabaseVerificationTests : IAsyncLifetime
{
    private static readonly string[] _channels = ["funding.a", "funding.b"];
    private SignedDatabase _database = null!;

    public async Task InitializeAsync()
    {
        if (RealTimeActors.PostgreSql.Kit.PrivatePostgreSql.WhyNot is null)
            _database = await SignedDatabase.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (_database is not null)
            await _database.DisposeAsync();
    }

    [PostgreSqlFact]
    public async Task Finds_nothing_wrong_with_what_was_written_also_while_the_server_runs()
    {
        (long, long, int) whileRunning = default;
        await _database.Store.RunAsync(async (node, engine) =>
        {
            for (var i = 1; i <= 20; i++)
            {
                foreach (var channel in _channels)
                    await node.PublishAsync(channel, "grant.updated", new { grant = i });
            }

            await SignedStore.SignedAsync(engine, _channels, 20);
            var running = _database.Store.Verify();
            whileRunning = (running.Channels, running.Events, running.Faults.Count);
        });

        var verified = _database.Store.Verify();

        Assert.Equal((2, 40, 0), whileRunning);
        Assert.Empty(verified.Faults);
        Assert.Equal((2, 40), (verified.Channels, verified.Events));
        Assert.InRange(verified.Checkpoints, 1, int.MaxValue);
    }

    [PostgreSqlFact]
    public async Task Finds_a_thousand_of_a_thousand_changes_of_a_single_byte()
    {
        await _database.Store.FillAsync(12, _channels);
        var rows = await _database.RowsAsync();
        var chance = new Random(20261122);
        var missed = new List<string>();
        for (var i = 0; i < 1_000;)
        {
            var row = rows[chance.Next(rows.Count)];
            var (what, changed) = OneByte(row, chance);
            if (!await _database.PutAsync(row, changed))
                continue;

            i++;
            if (_database.Store.Verify().Faults.Count == 0)
                missed.Add(what);

            Assert.True(await _database.PutAsync(changed, row));
        }

        Assert.Empty(missed);
        Assert.Empty(_database.Store.Verify().Faults);
    }

    [PostgreSqlFact]
    public async Task Names_the_first_event_that_was_changed_although_the_checksum_was_made_right_again()
    {
        await _database.Store.FillAsync(20, _channels);
        var row = (await _database.RowsAsync()).Single(row => row.Name == "channel/funding.b" && row.Last == 7);
        var changed = row.Payload.ToArray();
        changed[changed.AsSpan().IndexOf("canary-07"u8)] = (byte)'C';

        Assert.True(await _database.PutAsync(row, (row with { Payload = changed }).Right()));

        AssertFirst("funding.b", 7, "hash");
    }

    [PostgreSqlFact]
    public async Task Names_the_first_of_two_events_that_were_swapped()
    {
        await _database.Store.FillAsync(20, _channels);
        var rows = (await _database.RowsAsync()).Where(row => row.Name == "channel/funding.a").ToList();
        var (one, other) = (rows.Single(row => row.Last == 5), rows.Single(row => row.Last == 11));

        Assert.True(await _database.PutAsync(one, (one with { Payload = other.Payload }).Right()));
        Assert.True(await _database.PutAsync(other, (other with { Payload = one.Payload }).Right()));

        AssertFirst("funding.a", 5, "");
    }

    [PostgreSqlFact]
    public async Task Names_the_first_event_that_was_dropped()
    {
        await _database.Store.FillAsync(20, _channels);

        await _database.ExecuteAsync("DELETE FROM rows WHERE stream = (SELECT id FROM streams WHERE name = 'channel/funding.a') AND last = 9");

        AssertFirst("funding.a", 9, "10 comes");
    }

    [PostgreSqlFact]
    public async Task Names_the_end_of_a_log_that_was_cut_and_the_log_that_was_dropped()
    {
        await _database.Store.FillAsync(20, _channels);

        await _database.ExecuteAsync("DELETE FROM rows WHERE stream = (SELECT id FROM streams WHERE name = 'channel/funding.a') AND last > 15; UPDATE streams SET last = 15 WHERE name = 'channel/funding.a'");
        await _database.ExecuteAsync("DELETE FROM rows WHERE stream = (SELECT id FROM streams WHERE name = 'channel/funding.b'); DELETE FROM streams WHERE name = 'channel/funding.b'");

        Assert.Equal([("funding.a", 16L), ("funding.b", 1L)], _database.Store.Verify().Faults.Select(fault => (fault.Channel, fault.Offset)));
    }

    [PostgreSqlFact]
    public async Task Names_the_first_event_that_a_server_would_not_see_because_the_stream_is_said_to_end_before_it()
    {
        await _database.Store.FillAsync(20, _channels);

        await _database.ExecuteAsync("UPDATE streams SET last = 15 WHERE name = 'channel/funding.a'");

        AssertFirst("funding.a", 16, "goes on to 20");
    }

    [PostgreSqlFact]
    public async Task Names_rows_that_were_taken_out_of_their_stream_and_the_end_of_one_that_is_no_log()
    {
        await _database.Store.FillAsync(20, _channels);

        await _database.ExecuteAsync("UPDATE rows SET stream = 4711 WHERE stream = (SELECT id FROM streams WHERE name = 'channel/funding.b') AND last = 20");
        await _database.ExecuteAsync("INSERT INTO streams (id, name, last, last_write_ms) VALUES (4712, 'session/s-1', 3, 0)");

        Assert.Equal([("funding.b", 20L), ("session/s-1", 1L), ("(no stream)", 0L)], _database.Store.Verify().Faults.Select(fault => (fault.Channel, fault.Offset)));
    }

    [PostgreSqlFact]
    public async Task A_role_that_may_only_read_suffices()
    {
        await _database.Store.FillAsync(5, _channels);
        await _database.ExecuteAsync("CREATE ROLE auditor LOGIN; GRANT USAGE ON SCHEMA realtime TO auditor; GRANT SELECT ON ALL TABLES IN SCHEMA realtime TO auditor");
        using var auditor = _database.As("auditor");

        var verified = auditor.Verify(null, Path.Combine(_database.Store.Directory, CheckpointKeyFile.Name));

        Assert.Empty(verified.Faults);
        Assert.Equal(10, verified.Events);
    }

    [PostgreSqlFact]
    public async Task Says_what_is_missing_where_no_server_has_made_a_store_and_where_it_may_not_look()
    {
        var none = Assert.Throws<RealTimeActors.Persistence.PostgreSql.PostgreSqlStoreException>(() => _database.Store.Verify());
        await _database.Store.FillAsync(1, _channels);
        await _database.ExecuteAsync("CREATE ROLE stranger LOGIN");
        using var stranger = _database.As("stranger");
        var refused = Assert.ThrowsAny<JournalException>(() => stranger.Verify());

        Assert.Contains("of version 0 (0: none)", none.Message, StringComparison.Ordinal);
        Assert.Contains("none that the role may see", refused.Message, StringComparison.Ordinal);
    }

    private void AssertFirst(string channel, long offset, string what)
    {
        var fault = Assert.Single(_database.Store.Verify().Faults);
        Assert.Equal((channel, offset), (fault.Channel, fault.Offset));
        Assert.Contains(what, fault.What, StringComparison.Ordinal);
    }

    private static (string What, DatabaseRow Changed) OneByte(DatabaseRow row, Random chance)
    {
        // Nearly all bytes are payload; the others would hardly ever be drawn.
        var column = chance.Next(4) > 0 ? 4 : chance.Next(4);
        var mask = (1 + chance.Next(255)) << (8 * chance.Next(4));
        if (column < 4)
        {
            return ($"column {column} of {row.Name} {row.Last} by {mask}", column switch
            {
                0 => row with { Stream = row.Stream ^ (uint)mask },
                1 => row with { Last = row.Last ^ (uint)mask },
                2 => row with { Count = row.Count ^ mask },
                _ => row with { Checksum = row.Checksum ^ mask },
            });
        }

        var changed = row.Payload.ToArray();
        var at = chance.Next(changed.Length);
        changed[at] = (byte)(changed[at] ^ (1 + chance.Next(255)));
        return ($"payload of {row.Name} {row.Last} at {at}", row with { Payload = changed });
    }
}

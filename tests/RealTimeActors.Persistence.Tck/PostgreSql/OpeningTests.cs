using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.PostgreSql;
using RealTimeActors.Persistence.PostgreSql.Schema;
using RealTimeActors.Persistence.Tck.Stores;
using RealTimeActors.PostgreSql.Kit;

namespace RealTimeActors.Persistence.Tck.PostgreSql;

[Collection(nameof(PostgreSqlCollection))]
public sealed class OpeningTests(PostgreSqlServer shared)
{
    private static readonly StreamId _stream = new("channel/opened");

    private PrivatePostgreSql Server => shared.Server;

    [PostgreSqlFact]
    public async Task Many_that_open_an_empty_schema_at_once_make_its_tables_once()
    {
        var options = Options();

        var migrated = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => PostgreSqlStore.MigrateAsync(options)));

        Assert.All(migrated, versions => Assert.Equal(StoreSchema.Version, versions.To));
        Assert.Equal(1, migrated.Count(versions => versions.From == 0));
        Assert.Equal(StoreSchema.Version, await Server.ScalarAsync<long>($"SELECT count(*) FROM {options.Schema}.schema_version"));
    }

    [PostgreSqlFact]
    public async Task Refuses_tables_that_are_newer_and_does_not_touch_them()
    {
        var options = Options();
        await PostgreSqlStore.MigrateAsync(options);
        await Server.ExecuteAsync($"INSERT INTO {options.Schema}.schema_version (version) VALUES (99)");

        var refused = await Assert.ThrowsAsync<PostgreSqlStoreException>(() => PostgreSqlJournal.OpenAsync(options));

        Assert.Contains($"of version 99, this program knows versions up to {StoreSchema.Version}", refused.Message, StringComparison.Ordinal);
    }

    [PostgreSqlFact]
    public async Task A_role_without_the_right_to_create_suffices_when_it_is_granted_what_the_readme_says()
    {
        var options = Options();
        await Server.ExecuteAsync($"CREATE ROLE {options.Schema}_runner LOGIN");
        var runner = options with { ConnectionString = $"{options.ConnectionString};Username={options.Schema}_runner" };
        var refused = await Assert.ThrowsAsync<PostgreSqlStoreException>(() => PostgreSqlJournal.OpenAsync(runner));
        Assert.Contains("realtime migrate", refused.Message, StringComparison.Ordinal);

        await PostgreSqlStore.MigrateAsync(options);
        await Server.ExecuteAsync($"GRANT USAGE ON SCHEMA {options.Schema} TO {options.Schema}_runner");
        await Server.ExecuteAsync($"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {options.Schema} TO {options.Schema}_runner");
        await Server.ExecuteAsync($"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {options.Schema} TO {options.Schema}_runner");

        await using var journal = await PostgreSqlJournal.OpenAsync(runner);
        var appender = new Appender(journal, _stream, 3);
        appender.Start();
        await appender.AcknowledgedAsync(20);
        await appender.StopAsync();
        var box = new ReplyBox();
        journal.Trim(_stream, 10, box);
        journal.SaveSnapshot(_stream, 12, new byte[3], box);
        journal.Delete(_stream, box);
        Assert.Equal(
            [new JournalReply.Trimmed(_stream, 10), new JournalReply.SnapshotSaved(_stream, 12), new JournalReply.Deleted(_stream)], await box.WaitForAsync(3));
    }

    [PostgreSqlFact]
    public async Task A_role_that_lacks_a_right_is_refused_at_the_start_which_names_it_also_where_the_start_itself_would_not_need_it()
    {
        var options = Options();
        var role = $"{options.Schema}_lacking";
        await Server.ExecuteAsync($"CREATE ROLE {role} LOGIN");
        await PostgreSqlStore.MigrateAsync(options);
        await Server.ExecuteAsync($"GRANT USAGE ON SCHEMA {options.Schema} TO {role}; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {options.Schema} TO {role}; GRANT USAGE ON ALL SEQUENCES IN SCHEMA {options.Schema} TO {role}");

        await LacksAsync("UPDATE, DELETE", "rows");
        await LacksAsync("INSERT", "snapshots");
        await LacksAsync("USAGE", "incarnations");

        // Nobody writes there but a migration.
        await Server.ExecuteAsync($"REVOKE INSERT, UPDATE, DELETE ON {options.Schema}.schema_version FROM {role}");
        await using var journal = await PostgreSqlJournal.OpenAsync(options with { ConnectionString = $"{options.ConnectionString};Username={role}" });

        async Task LacksAsync(string rights, string table)
        {
            var what = table == "incarnations" ? $"SEQUENCE {options.Schema}.{table}" : $"{options.Schema}.{table}";
            await Server.ExecuteAsync($"REVOKE {rights} ON {what} FROM {role}");
            var refused = await Assert.ThrowsAsync<PostgreSqlStoreException>(() => PostgreSqlJournal.OpenAsync(options with { ConnectionString = $"{options.ConnectionString};Username={role}" }));

            Assert.Contains($"it lacks {rights} on {table}. Grant", refused.Message, StringComparison.Ordinal);
            await Server.ExecuteAsync($"GRANT {rights} ON {what} TO {role}");
        }
    }

    [PostgreSqlFact]
    public async Task A_password_that_nobody_gives_or_whose_file_cannot_be_read_is_asked_for_and_not_waited_for()
    {
        await using var strict = await PrivatePostgreSql.StartNewAsync();
        var rules = await strict.ScalarAsync<string>("SHOW hba_file");
        await strict.ExecuteAsync($"COPY (SELECT 'local all all scram-sha-256') TO '{rules}'");
        await strict.ExecuteAsync("SELECT pg_reload_conf()");
        var missing = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}");

        Assert.Contains($"a file that the connection string names cannot be read (Could not find file '{missing}'.) See Passfile", await RefusalAsync($";Passfile={missing}"), StringComparison.Ordinal);
        await File.WriteAllTextAsync(missing, "elsewhere:*:*:*:hidden\n");
        try
        {
            var refusal = await RefusalAsync($";Passfile={missing}");
            Assert.Contains("wants a password, and none was given. Say Password=…", refusal, StringComparison.Ordinal);
            Assert.DoesNotContain("hidden", refusal, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(missing);
        }

        async Task<string> RefusalAsync(string more) => (await Assert.ThrowsAsync<PostgreSqlStoreException>(
            () => PostgreSqlJournal.OpenAsync(new PostgreSqlOptions { ConnectionString = strict.ConnectionString + more, StartWithin = TimeSpan.FromHours(1) }))).Message;
    }

    [PostgreSqlFact]
    public async Task Refuses_a_role_whose_commits_may_be_lost()
    {
        var options = Options();
        var role = $"{options.Schema}_hasty";
        await Server.ExecuteAsync($"CREATE ROLE {role} SUPERUSER LOGIN");

        foreach (var setting in (string[])["off", "local", "remote_write"])
        {
            await Server.ExecuteAsync($"ALTER ROLE {role} SET synchronous_commit = {setting}");
            var refused = await Assert.ThrowsAsync<PostgreSqlStoreException>(() => PostgreSqlJournal.OpenAsync(options with { ConnectionString = $"{options.ConnectionString};Username={role}" }));

            Assert.Contains($"synchronous_commit = {setting} for this role", refused.Message, StringComparison.Ordinal);
            Assert.Contains("ALTER ROLE", refused.Message, StringComparison.Ordinal);
        }

        await Server.ExecuteAsync($"ALTER ROLE {role} SET synchronous_commit = remote_apply");
        await using var journal = await PostgreSqlJournal.OpenAsync(options with { ConnectionString = $"{options.ConnectionString};Username={role}" });
    }

    [PostgreSqlFact]
    public async Task Refuses_a_server_that_does_not_flush_also_when_it_stops_to_while_the_store_is_open()
    {
        await using var careless = await PrivatePostgreSql.StartNewAsync();
        var options = new PostgreSqlOptions { ConnectionString = careless.ConnectionString };
        await using (var journal = await PostgreSqlJournal.OpenAsync(options))
        {
            var appender = new Appender(journal, _stream, 1);
            appender.Start();
            await appender.AcknowledgedAsync(5);
            await careless.ExecuteAsync("ALTER SYSTEM SET fsync = off");
            await careless.ExecuteAsync("SELECT pg_reload_conf()");
            await appender.Ended;

            Assert.IsType<JournalReply.AppendFailed>(Assert.Single(appender.Others));
            Assert.Contains("fsync", journal.Outage?.Report, StringComparison.Ordinal);
        }

        var refused = await Assert.ThrowsAsync<PostgreSqlStoreException>(() => PostgreSqlJournal.OpenAsync(options));
        Assert.Contains("fsync = off", refused.Message, StringComparison.Ordinal);
    }

    [PostgreSqlFact]
    public async Task A_second_server_is_refused_while_the_first_one_is_alive_and_gets_the_store_when_it_closes()
    {
        var options = Options() with { Lease = TimeSpan.FromSeconds(10) };
        var first = await PostgreSqlJournal.OpenAsync(options);

        var asSameName = Assert.ThrowsAsync<PostgreSqlStoreException>(() => PostgreSqlJournal.OpenAsync(options));
        var asOtherName = Assert.ThrowsAsync<PostgreSqlStoreException>(() => PostgreSqlJournal.OpenAsync(options with { Node = "n2" }));
        var (sameName, otherName) = (await asSameName, await asOtherName);
        await first.DisposeAsync();
        await using var second = await PostgreSqlJournal.OpenAsync(options with { Node = "n2" });

        Assert.Contains("is in use by another server (n1)", sameName.Message, StringComparison.Ordinal);
        Assert.Contains("is in use by another server (n1)", otherName.Message, StringComparison.Ordinal);
    }

    [PostgreSqlFact]
    public async Task Who_was_silent_for_too_long_is_taken_over_told_so_and_writes_nothing_any_more()
    {
        var options = Options() with { Lease = TimeSpan.FromSeconds(1) };
        await using var first = await PostgreSqlJournal.OpenAsync(options);
        var appender = new Appender(first, _stream, 4);
        appender.Start();
        await appender.AcknowledgedAsync(10);

        // As after a long pause of its process: to the database it has not been heard of.
        await Server.ExecuteAsync($"UPDATE {options.Schema}.leases SET until = to_timestamp(0); UPDATE {options.Schema}.members SET until = to_timestamp(0)");
        await using var second = await PostgreSqlJournal.OpenAsync(options);
        await appender.Ended;

        Assert.All(appender.Others, reply => Assert.Equal(JournalFault.Fenced, Assert.IsType<JournalReply.AppendFailed>(reply).Fault));
        Assert.Contains("Another server has taken over", await first.Lost.WaitAsync(TimeSpan.FromSeconds(60)), StringComparison.Ordinal);
        Assert.Equal(appender.Acknowledged, await appender.CheckAsync(second));
    }

    [PostgreSqlFact]
    public async Task What_was_changed_in_the_tables_is_told_and_not_replayed()
    {
        var options = Options();
        await using var journal = await PostgreSqlJournal.OpenAsync(options);
        var appender = new Appender(journal, _stream, 1);
        appender.Start();
        await appender.AcknowledgedAsync(3);
        await appender.StopAsync();
        await Server.ExecuteAsync($"UPDATE {options.Schema}.rows SET payload = payload || 'x' WHERE last = 2");

        var box = new ReplyBox();
        journal.Read(_stream, 1, 100, 100_000, "tag", box);
        var failed = Assert.IsType<JournalReply.ReadFailed>((await box.WaitForAsync(1))[0]);

        Assert.Equal((JournalFault.Damaged, "tag"), (failed.Fault, failed.Tag));
        Assert.Contains("the row that ends at sequence 2 does not match its checksum", failed.Message, StringComparison.Ordinal);
    }

    [PostgreSqlFact]
    public async Task A_store_that_was_put_back_gets_a_new_life()
    {
        var options = Options();
        string before;
        await using (var journal = await PostgreSqlJournal.OpenAsync(options))
            before = await LifeAsync(journal);

        var renewed = await Server.ScalarAsync<string>($"SELECT {options.Schema}.renew_life()");

        await using var again = await PostgreSqlJournal.OpenAsync(options);
        Assert.Equal(renewed, await LifeAsync(again));
        Assert.NotEqual(before, renewed);
    }

    [PostgreSqlFact]
    public async Task No_message_repeats_the_password()
    {
        const string Secret = "s3cret-of-mine";
        string[] strings =
        [
            $"Host=127.0.0.1;Port=1;Username=u;Password={Secret}",
            $"Host=127.0.0.1;Port=1;Username=u;Password=a;{Secret}=b",
            $"Host=127.0.0.1;Port=x{Secret}",
            $"{Server.TcpConnectionString};Password={Secret};Database=not-there",
            $"{Server.TcpConnectionString};Password={Secret};SSL Mode=VerifyFull",
        ];
        foreach (var text in strings)
        {
            var refused = await Assert.ThrowsAsync<PostgreSqlStoreException>(
                () => PostgreSqlStore.OpenAsync(new PostgreSqlOptions { ConnectionString = text, StartWithin = TimeSpan.Zero }));

            Assert.DoesNotContain(Secret, refused.ToString(), StringComparison.Ordinal);
        }
    }

    private static async Task<string> LifeAsync(PostgreSqlJournal journal)
    {
        var box = new ReplyBox();
        journal.Load(_stream, box);
        return Assert.IsType<JournalReply.Loaded>((await box.WaitForAsync(1))[0]).Life;
    }

    private PostgreSqlOptions Options() => new() { ConnectionString = Server.ConnectionString, Schema = PostgreSqlServer.NewSchema() };
}

using System.Diagnostics;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.PostgreSql;
using RealTimeActors.Persistence.Tck.Stores;
using RealTimeActors.PostgreSql.Kit;

namespace RealTimeActors.Persistence.Tck.PostgreSql;

/// <summary>The database is killed, held or cut in the middle of appends. One server each, which is harmed.</summary>
public sealed class KillTests
{
    private const int Streams = 6, InFlight = 20;

    [PostgreSqlFact]
    public async Task Every_row_is_there_once_after_the_database_was_killed_in_the_middle_of_appends()
    {
        const int Kills = 4;
        await using var server = await PrivatePostgreSql.StartNewAsync();
        await using var journal = await PostgreSqlJournal.OpenAsync(Options(server) with { WriteWithin = TimeSpan.FromMinutes(5) });
        var appenders = Appenders(journal);

        for (var kill = 1; kill <= Kills; kill++)
        {
            await Task.WhenAll(appenders.Select(appender => appender.AcknowledgedAsync(appender.Acknowledged + 40)));
            server.Kill();
            await server.StartAsync();
            await Task.WhenAll(appenders.Select(appender => appender.AcknowledgedAsync(appender.Acknowledged + InFlight + 1)));
        }

        await Task.WhenAll(appenders.Select(appender => appender.StopAsync()));

        // The database came back in time: what became of each commit whose answer was lost was learnt from it, and what was not committed was sent once more.
        Assert.All(appenders, appender => Assert.Empty(appender.Others));
        foreach (var appender in appenders)
            Assert.Equal(appender.Acknowledged, await appender.CheckAsync(journal));
    }

    [PostgreSqlFact]
    public async Task Nothing_is_lost_or_written_twice_while_connections_are_cut_again_and_again()
    {
        const int Cuts = 25;
        await using var server = await PrivatePostgreSql.StartNewAsync();
        await using var journal = await PostgreSqlJournal.OpenAsync(Options(server) with { WriteWithin = TimeSpan.FromMinutes(5) });
        var appenders = Appenders(journal);

        for (var cut = 1; cut <= Cuts; cut++)
        {
            await appenders[cut % Streams].AcknowledgedAsync(appenders[cut % Streams].Acknowledged + 5);
            await server.ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND application_name LIKE 'realtime%'");
        }

        await Task.WhenAll(appenders.Select(appender => appender.StopAsync()));

        Assert.All(appenders, appender => Assert.Empty(appender.Others));
        foreach (var appender in appenders)
            Assert.Equal(appender.Acknowledged, await appender.CheckAsync(journal));
    }

    [PostgreSqlFact]
    public async Task What_cannot_be_learnt_in_time_is_told_to_be_unknown_and_nothing_is_read_until_it_is_settled()
    {
        await using var server = await PrivatePostgreSql.StartNewAsync();
        await using var journal = await PostgreSqlJournal.OpenAsync(Options(server) with { WriteWithin = TimeSpan.FromSeconds(2) });
        var appenders = Appenders(journal);
        await Task.WhenAll(appenders.Select(appender => appender.AcknowledgedAsync(100)));

        server.Kill();
        await Task.WhenAll(appenders.Select(appender => appender.Ended));
        var whileDown = await LoadAsync(journal, appenders[0].Stream);

        Assert.All(appenders.SelectMany(appender => appender.Others), reply => Assert.True(
            reply is JournalReply.AppendUnknown or JournalReply.AppendFailed { Fault: JournalFault.Unavailable }, reply.ToString()));
        Assert.Equal(JournalFault.Unavailable, Assert.IsType<JournalReply.ReadFailed>(whileDown).Fault);
        Assert.All(appenders.SelectMany(appender => appender.Others).Append(whileDown), reply => Assert.DoesNotContain("PostgreSQL at", $"{reply}", StringComparison.Ordinal));
        Assert.StartsWith($"{journal.Name} ", journal.Outage?.Report, StringComparison.Ordinal);

        await server.StartAsync();
        foreach (var appender in appenders)
        {
            var last = await LoadedAsync(journal, appender.Stream);
            Assert.Equal(last, await appender.CheckAsync(journal));
            appender.Others.Clear();
            var next = new Appender(journal, appender.Stream, 1);
            next.Start(last);
            await next.AcknowledgedAsync(last + 5);
            await next.StopAsync();
            Assert.Empty(next.Others);
            Assert.Equal(next.Acknowledged, await next.CheckAsync(journal));
        }

        Assert.Null(journal.Outage);
    }

    [PostgreSqlFact]
    public async Task A_commit_that_comes_late_from_a_database_that_was_held_does_not_count_behind_anybodys_back()
    {
        await using var server = await PrivatePostgreSql.StartNewAsync();
        // What is held for longer is given up; what is merely slow, on a busy machine with a slow disk, is not.
        var within = TimeSpan.FromSeconds(3);
        await using var journal = await PostgreSqlJournal.OpenAsync(Options(server) with { WriteWithin = within, StatementWithin = within, ConnectWithin = within, Lease = TimeSpan.FromMinutes(1) });
        var appenders = Appenders(journal);
        await Task.WhenAll(appenders.Select(appender => appender.AcknowledgedAsync(100)));

        server.Hold();
        await Task.WhenAll(appenders.Select(appender => appender.Ended));
        server.Continue();

        foreach (var appender in appenders)
        {
            // What was loaded is the whole truth: if anything that was sent before came to count afterwards, this append would be refused.
            var last = await LoadedAsync(journal, appender.Stream);
            var next = new Appender(journal, appender.Stream, 1);
            next.Start(last);
            await next.AcknowledgedAsync(last + 5);
            await next.StopAsync();
            Assert.Empty(next.Others);
            Assert.Equal(next.Acknowledged, await next.CheckAsync(journal));
            Assert.True(last >= appender.Acknowledged);
        }
    }

    private static PostgreSqlOptions Options(PrivatePostgreSql server) => new() { ConnectionString = server.ConnectionString, Writers = 3, Readers = 2 };

    private static Appender[] Appenders(PostgreSqlJournal journal)
    {
        Appender[] appenders = [.. Enumerable.Range(0, Streams).Select(i => new Appender(journal, new StreamId($"channel/kill-{i}"), InFlight))];
        foreach (var appender in appenders)
            appender.Start();

        return appenders;
    }

    private static async Task<JournalReply> LoadAsync(PostgreSqlJournal journal, StreamId stream)
    {
        var box = new ReplyBox();
        journal.Load(stream, box);
        return (await box.WaitForAsync(1))[0];
    }

    /// <summary>Loads as an actor does: again, while it fails.</summary>
    private static async Task<long> LoadedAsync(PostgreSqlJournal journal, StreamId stream)
    {
        for (var patience = Stopwatch.StartNew(); patience.Elapsed < TimeSpan.FromSeconds(60);)
        {
            if (await LoadAsync(journal, stream) is JournalReply.Loaded loaded)
                return loaded.Last;
        }

        throw new TimeoutException($"{stream} could not be loaded within 60 s: {journal.Outage}");
    }
}

using System.Diagnostics;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.PostgreSql;
using RealTimeActors.Persistence.Tck.Stores;

namespace RealTimeActors.Persistence.Tck.PostgreSql;

[Collection(nameof(PostgreSqlCollection))]
public sealed class ReclaimTests(PostgreSqlServer server)
{
    [PostgreSqlFact]
    public async Task Rows_that_were_let_go_are_deleted_after_a_while()
    {
        var (trimmed, deleted) = (new StreamId("channel/trimmed"), new StreamId("channel/deleted"));
        var options = new PostgreSqlOptions { ConnectionString = server.Server.ConnectionString, Schema = PostgreSqlServer.NewSchema() };
        await using var journal = await PostgreSqlJournal.OpenAsync(options);
        var box = new ReplyBox();
        foreach (var stream in (StreamId[])[trimmed, deleted])
        {
            for (var sequence = 1; sequence <= 3_000; sequence++)
                journal.Append(stream, sequence - 1, new JournalRow(sequence, 1, new byte[50]), box);
        }

        journal.Trim(trimmed, 2_500, box);
        journal.Delete(deleted, box);
        await box.WaitForAsync(6_002);

        var patience = Stopwatch.StartNew();
        long rows;
        do
            rows = await server.Server.ScalarAsync<long>($"SELECT count(*) FROM {options.Schema}.rows");
        while (rows != 500 && patience.Elapsed < TimeSpan.FromSeconds(60));

        Assert.Equal(500, rows);
        Assert.Equal(0L, await server.Server.ScalarAsync<long>($"SELECT count(*) FROM {options.Schema}.graves"));
    }
}

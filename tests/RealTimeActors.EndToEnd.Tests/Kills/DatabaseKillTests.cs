using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using RealTimeActors.EndToEnd.Tests.CommandLine;
using RealTimeActors.PostgreSql.Kit;

namespace RealTimeActors.EndToEnd.Tests.Kills;

/// <summary>A server whose journal is in PostgreSQL: it outlives its database, and its database outlives it.</summary>
public sealed class DatabaseKillTests
{
    private const string Channel = "orders.all";
    private const int Rounds = 4;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    [PostgreSqlFact]
    public async Task Every_persisted_event_comes_exactly_once_and_in_order_over_kills_of_the_database_and_of_the_server()
    {
        await using var database = await PrivatePostgreSql.StartNewAsync();
        await using var server = await ServerProcess.StartAsync(Settings(database, "realtime.machine-figures.enabled=false", "realtime.journal.postgresql.lease=1s"));
        var load = new LoadOverKills(server, Channel);

        for (var round = 1; round <= Rounds; round++)
        {
            await load.RoundAsync(round, async () =>
            {
                // Under load, and nobody is told: whoever waits for a receipt gets it when the database is back.
                database.Kill();
                await database.StartAsync();
                Assert.Equal("persisted", await PublishAsync(server));
            });
        }

        await load.FinishAsync();
    }

    [PostgreSqlFact]
    public async Task While_the_database_is_away_the_server_says_so_and_gives_no_receipt()
    {
        await using var database = await PrivatePostgreSql.StartNewAsync();
        await using var server = await ServerProcess.StartAsync(Settings(database, "realtime.journal.postgresql.write-within=500ms"));
        Assert.Equal("persisted", await PublishAsync(server));

        database.Kill();
        using var refused = await server.Http.PostAsJsonAsync("v1/channels/orders.other/events", new { type = "numbered", data = new { n = 2 } });
        using var unready = await server.Http.GetAsync("readyz");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable), (refused.StatusCode, unready.StatusCode));
        var (why, whyUnready) = (await DetailAsync(refused), await DetailAsync(unready));
        Assert.Matches("The database [a-z ]+\\. It has been so since [0-9]{4}-[0-9-]+ [0-9:]+ UTC", whyUnready);
        Assert.All([why, whyUnready], told =>
        {
            Assert.DoesNotContain("PostgreSQL at", told, StringComparison.Ordinal);
            Assert.DoesNotContain("schema", told, StringComparison.Ordinal);
        });
        var shown = (await server.Http.GetFromJsonAsync<JsonElement>("v1/server")).GetProperty("notReady").GetString();
        Assert.StartsWith("PostgreSQL at", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("Password", shown, StringComparison.OrdinalIgnoreCase);
        await SaysAsync(server, "What is published cannot be stored, and is refused: PostgreSQL at");
        await database.StartAsync();
        Assert.Equal("persisted", await PublishAsync(server));
        await BecomesReadyAsync(server);
        await SaysAsync(server, "What is published is stored again, after");
    }

    [PostgreSqlFact]
    public async Task A_node_whose_port_for_clients_is_taken_ends_with_one_line_and_no_other_node_has_heard_of_it()
    {
        await using var database = await PrivatePostgreSql.StartNewAsync();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        var ended = await Cli.RunAsync(["serve", .. Settings(database, $"realtime.http.port={port}", "realtime.cluster.enabled=true", "realtime.cluster.node=core-1", "realtime.cluster.port=0").SelectMany(setting => (string[])["--set", setting])]);

        Assert.Equal(2, ended.ExitCode);
        Assert.Matches($"^Port {port} on [^ ]+ is taken by another process", ended.Error.Trim().Split('\n')[^1]);

        // Whoever joins is counted as a change of the table, also when it has gone since.
        Assert.Equal(0L, await database.ScalarAsync<long>("SELECT number FROM realtime.membership"));
    }

    [PostgreSqlFact]
    public async Task A_node_whose_port_for_the_others_is_taken_ends_with_one_line_that_says_so()
    {
        await using var database = await PrivatePostgreSql.StartNewAsync();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        var ended = await Cli.RunAsync(["serve", .. Settings(database, "realtime.http.port=0", "realtime.cluster.enabled=true", "realtime.cluster.node=core-1", $"realtime.cluster.port={port}").SelectMany(setting => (string[])["--set", setting])]);

        Assert.Equal(
            (2, $"A free address to listen for other nodes is expected; 127.0.0.1:{port} cannot be used (AddressAlreadyInUse). Take another port, or end who has it. Check realtime.cluster.host and realtime.cluster.port."),
            (ended.ExitCode, ended.Error.Trim()));
    }

    [PostgreSqlFact]
    public async Task A_second_server_on_the_same_store_ends_with_one_line_that_says_why()
    {
        await using var database = await PrivatePostgreSql.StartNewAsync();
        await using var server = await ServerProcess.StartAsync(Settings(database));

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => ServerProcess.StartAsync(Settings(database)));

        Assert.Contains("is in use by another server (n1), which is alive", refused.Message, StringComparison.Ordinal);
        Assert.Equal("persisted", await PublishAsync(server));
    }

    private static string[] Settings(PrivatePostgreSql database, params string[] more) =>
    [
        "realtime.journal.provider=postgresql",
        $"realtime.journal.postgresql.connection-string=\"{database.ConnectionString};Password=unused-but-secret\"",
        .. more,
    ];

    /// <summary>A publish proves that one of the writers is back. Asking is enough for the others to try, however long the database took to come up: its recovery depends on the disk.</summary>
    private static async Task BecomesReadyAsync(ServerProcess server)
    {
        for (var asked = Stopwatch.StartNew(); ;)
        {
            using var answer = await server.Http.GetAsync("readyz");
            if (answer.StatusCode == HttpStatusCode.OK)
                return;

            Assert.True(asked.Elapsed < _patience, $"The server is expected to be ready; it says: {await answer.Content.ReadAsStringAsync()}");
        }
    }

    private static async Task<string?> DetailAsync(HttpResponseMessage refused) => (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString();

    private static async Task SaysAsync(ServerProcess server, string words)
    {
        using var patience = new CancellationTokenSource(_patience);
        while (!server.Output.Contains(words, StringComparison.Ordinal))
        {
            Assert.False(patience.IsCancellationRequested, $"The server is expected to say '{words}'; it said: {server.Output}");
            using var asked = await server.Http.GetAsync("readyz");
        }
    }

    private static async Task<string?> PublishAsync(ServerProcess server)
    {
        // A server that was without its database for a while reads its log again before it goes on; until then it says so.
        for (var patience = Stopwatch.StartNew(); ;)
        {
            using var answer = await server.Http.PostAsJsonAsync("v1/channels/orders.other/events", new { type = "numbered", data = new { n = 1 } });
            var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
            if (answer.IsSuccessStatusCode)
                return body.GetProperty("status").GetString();

            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.True(patience.Elapsed < _patience, $"The server refuses to publish: {body}");
        }
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RealTimeActors.Benchmarks.Load;
using RealTimeActors.Benchmarks.Peers;
using RealTimeActors.Hosting;
using RealTimeActors.PostgreSql.Kit;

namespace RealTimeActors.Benchmarks.Integrity;

/// <summary>
/// How fast <c>realtime verify</c> is: <c>verify [events] [sqlite|postgresql]</c>. A node writes so many events of eight fields to ten channels, and the command is run three times over what it has
/// written, as an operator runs it. For PostgreSQL a private server is started, reached over its socket.
/// </summary>
internal static class VerifyBenchmark
{
    private const int Channels = 10;
    private const int InFlight = 100;
    private const int Runs = 3;

    internal static async Task<int> RunAsync(string[] args)
    {
        var events = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1_000_000;
        Repository.EnsureServerIsBuilt();
        Console.WriteLine($"{"store",-12}{"events",10}{"channels",10}{"checkpoints",12}{"events/s",12}{"seconds",10}");
        foreach (var store in args.Length > 1 ? [args[1]] : (string[])["sqlite", "postgresql"])
        {
            if (store == "postgresql" && PrivatePostgreSql.WhyNot is { } reason)
                Console.WriteLine($"{store,-12}skipped: {reason}");
            else
                await MeasureAsync(store, events);
        }

        return 0;
    }

    private static async Task MeasureAsync(string store, int events)
    {
        var directory = Directory.CreateTempSubdirectory("rta-verify-benchmark-").FullName;
        await using var database = store == "postgresql" ? await PrivatePostgreSql.StartNewAsync("shared_buffers=256MB", "max_wal_size=4GB") : null;
        try
        {
            List<(string Key, string Value)> settings = [("realtime.data-directory", directory), ("realtime.journal.provider", store)];
            if (database is not null)
                settings.Add(("realtime.journal.postgresql.connection-string", $"\"{database.ConnectionString}\""));

            await FillAsync(settings, events);
            for (var run = 0; run < Runs; run++)
                Print(store, await VerifyAsync(settings));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task FillAsync(List<(string Key, string Value)> settings, int events)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.AddRealTimeActors(options =>
        {
            foreach (var (key, value) in settings)
                options.Set(key, value.Trim('"'));
        });
        using var host = builder.Build();
        await host.StartAsync();
        var channels = host.Services.GetRequiredService<IChannels>();
        var left = events;
        await Task.WhenAll(Enumerable.Range(0, Channels * InFlight).Select(lane => Task.Run(async () =>
        {
            while (Interlocked.Decrement(ref left) is >= 0 and var n)
                await channels.PublishAsync($"bench.c{lane % Channels}", "grant.updated", new { id = n, name = "Grant of a few words", office = "Berlin", line = "4711-0815", amount = 120_000 + n, currency = "EUR", state = "open", by = "u-17" });
        })));
        await host.StopAsync();
    }

    private static async Task<JsonElement> VerifyAsync(List<(string Key, string Value)> settings)
    {
        string[] arguments = [Repository.ServerAssembly, "verify", "--json", .. settings.SelectMany(setting => new[] { "--set", $"{setting.Key}={setting.Value}" })];
        using var verify = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
        var answer = await verify.StandardOutput.ReadToEndAsync();
        await verify.WaitForExitAsync();
        return verify.ExitCode == 0 ? JsonDocument.Parse(answer).RootElement : throw new BenchmarkFailure($"verify ended with {verify.ExitCode}: {answer}");
    }

    private static void Print(string store, JsonElement said)
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{store,-12}{Of("events"),10:0}{Of("channels"),10:0}{Of("checkpoints"),12:0}{Of("eventsPerSecond"),12:0}{Of("seconds"),10:0.00}"));

        double Of(string name) => said.GetProperty(name).GetDouble();
    }
}

using System.Diagnostics;
using System.Globalization;
using RealTimeActors.Hammer.History;
using RealTimeActors.Hammer.Links;
using RealTimeActors.Hammer.Servers;

namespace RealTimeActors.Hammer.Running;

/// <summary>The whole: a server, four processes, perhaps kills; then the history, and the verdict on it.</summary>
internal static class HammerRun
{
    private const string Channel = "hammer.state";
    private const int ChangesBetweenKills = 20;
    private static readonly TimeSpan _betweenKills = TimeSpan.FromMilliseconds(1_500);
    private static readonly TimeSpan _startWithin = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _betweenLooks = TimeSpan.FromMilliseconds(100);

    internal static async Task<int> RunAsync(HammerOptions options)
    {
        var directory = Directory.CreateTempSubdirectory("realtime-histories-").FullName;
        await using var server = await ServerProcess.StartAsync("realtime.machine-figures.enabled=false");
        try
        {
            var workers = StateLinks.Names.Select(link => (Process: Start(link, server.Address, options.Seconds, FileOf(link)), Link: link)).ToArray();
            var kills = options.Kills ? await KillAsync(server, TimeSpan.FromSeconds(options.Seconds)) : 0;
            var failed = new List<string>();
            foreach (var (process, link) in workers)
            {
                await process.WaitForExitAsync();
                if (process.ExitCode != 0)
                    failed.Add($"The process {link} ended with {process.ExitCode}.");

                process.Dispose();
            }

            var history = StateLinks.Names.SelectMany(link => HistoryFile.Read(FileOf(link))).OrderBy(entry => entry.At).ToList();
            history.AddRange(await LogReading.ReadAsync(server.Address, Channel));
            HistoryFile.Write(options.HistoryFile, history);
            if (options.Kills)
                Console.WriteLine($"The server was killed {kills} times.");

            var verdict = HistoryCheck.Judge(history);
            return Verdict.Print(verdict with { Problems = [.. failed, .. verdict.Problems] }, Path.GetFullPath(options.HistoryFile));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }

        string FileOf(string link) => Path.Combine(directory, $"{link}.jsonl");
    }

    private static Process Start(string link, Uri server, double seconds, string file)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(HammerRun).Assembly.Location, "worker", link, link, server.ToString(), Channel, seconds.ToString(CultureInfo.InvariantCulture), file]);
        return Process.Start(start) ?? throw new InvalidOperationException($"The process {link} could not be started.");
    }

    /// <summary>A machine with much else to do starts a server slowly, and the processes, too: only one that they have worked with is worth killing.</summary>
    private static async Task<int> KillAsync(ServerProcess server, TimeSpan time)
    {
        var kills = 0;
        var clock = Stopwatch.StartNew();
        var (since, head) = (clock.Elapsed, 0L);
        using var pace = new PeriodicTimer(_betweenLooks);
        while (await pace.WaitForNextTickAsync() && clock.Elapsed < _startWithin && await LogReading.HeadAsync(server.Address, Channel) == 0)
            continue;

        clock.Restart();
        while (await pace.WaitForNextTickAsync() && (clock.Elapsed + _betweenKills < time || (kills == 0 && clock.Elapsed < time)))
        {
            if (clock.Elapsed - since < _betweenKills || await LogReading.HeadAsync(server.Address, Channel) < head + ChangesBetweenKills)
                continue;

            await server.KillAsync();
            await server.RestartAsync();
            (since, head) = (clock.Elapsed, await LogReading.HeadAsync(server.Address, Channel));
            kills++;
        }

        return kills;
    }
}

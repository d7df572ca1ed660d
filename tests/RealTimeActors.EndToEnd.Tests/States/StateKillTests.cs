using System.Diagnostics;
using System.Globalization;
using RealTimeActors.Client;
using RealTimeActors.Client.Machine.State;

namespace RealTimeActors.EndToEnd.Tests.States;

/// <summary>A client that counts up is killed again and again, and its server as well: what it has seen is counted, and once.</summary>
public sealed class StateKillTests : IDisposable
{
    private const int Kills = 6;
    private readonly string _folder = Directory.CreateTempSubdirectory("realtime-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Every_edit_that_was_seen_is_counted_once_over_kills_of_the_client_and_of_the_server()
    {
        await using var server = await ServerProcess.StartAsync("realtime.machine-figures.enabled=false");
        var seen = new HashSet<string>();
        for (var kill = 1; kill <= Kills; kill++)
        {
            // Every other time there is nobody to send them to.
            var isOffline = kill % 2 == 0;
            if (isOffline)
                await server.KillAsync();
            await EditAndKillAsync(server, seen, lines: 20 + (kill * 17));
            if (isOffline)
                await server.RestartAsync();
        }

        var numbers = seen.Select(id => long.Parse(id.Split(':')[1], CultureInfo.InvariantCulture)).ToList();
        Assert.Single(seen.Select(id => id.Split(':')[0]).Distinct());
        var watcher = new StateWatcher();
        await using var client = new RealTimeClient(EditUntilKilled.Options(server.Address, _folder));
        await client.StartAsync();
        await using var state = await client.StateAsync(EditUntilKilled.Channel, watcher.Options);
        await watcher.UntilAsync(state, all => all.TryGet(EditUntilKilled.Key, out var entry) && entry is { IsConfirmed: true, Version: > 0 });

        // Some were kept, and killed before they were said to be seen: they count as well. None counts twice, and none that was seen is missing.
        var last = await (await state.IncrementAsync(EditUntilKilled.Key, new { N = 1 })).Outcome;
        Assert.Equal(MutationResult.Applied, last.Result);
        Assert.True(last.Mutation.Number > numbers.Max(), $"{last.Mutation.Number} comes after {numbers.Max()}.");
        Assert.Equal(last.Mutation.Number, last.Read<Counter>()!.N);
    }

    private async Task EditAndKillAsync(ServerProcess server, HashSet<string> seen, int lines)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(EditUntilKilled).Assembly.Location, "edit-until-killed", server.Address.ToString(), _folder])
        {
            RedirectStandardOutput = true,
        })!;
        for (var line = 0; await process.StandardOutput.ReadLineAsync() is { } text; line++)
        {
            // The kill may cut the last line.
            if (text.Split(' ') is ["seen", var id, "."])
                Assert.True(seen.Add(id), $"{id} was given twice.");
            if (line == lines)
                process.Kill();
        }

        await process.WaitForExitAsync();
        Assert.True(process.ExitCode != 0, "The process was to be killed; it ended by itself.");
    }

    private sealed record Counter(long N);
}

using System.Diagnostics;
using RealTimeActors.Hammer.History;

namespace RealTimeActors.EndToEnd.Tests.State;

/// <summary>Four processes that hammer one entry with compare-and-set; and whether the program that judges them finds what is wrong.</summary>
public sealed class HammerTests : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(5);
    private readonly string _directory = Directory.CreateTempSubdirectory("realtime-hammered-").FullName;

    private string History => Path.Combine(_directory, "history.jsonl");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Four_processes_lose_no_update_and_agree_with_the_log()
    {
        var (exitCode, output) = await HammerAsync("--seconds", "3", "--history", History);

        Assert.True(exitCode == 0, output);
        Assert.Contains("Verdict: good", output, StringComparison.Ordinal);
        var history = HistoryFile.Read(History);
        Assert.Equal(4, history.Where(entry => entry.Kind == HistoryEntry.CompareAndSet && entry.Phase == HistoryEntry.Ok).Select(entry => entry.Process).Distinct().Count());
        Assert.Contains(history, entry => entry.Kind == HistoryEntry.CompareAndSet && entry.Phase == HistoryEntry.Fail);
    }

    [Fact]
    public async Task They_lose_none_either_while_the_server_is_killed()
    {
        var (exitCode, output) = await HammerAsync("--seconds", "6", "--kill", "--history", History);

        Assert.True(exitCode == 0, output);
        Assert.DoesNotContain("was killed 0 times", output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_honest_history_is_good()
    {
        Assert.Empty(HistoryCheck.Judge(Honest()).Problems);
    }

    [Theory]
    [InlineData("a success that is in no log", "An update is lost: http#2 succeeded")]
    [InlineData("a success that overwrote another", "An update is lost: version 2 in the log counts 1")]
    [InlineData("a rejection that is in the log", "http#2 was rejected, and is in the log")]
    [InlineData("a read of what was not there", "up#1 saw 'ws-1' at version 2; the log has 'http-2' there")]
    [InlineData("a read that goes back", "Not linearizable: http#2 had ended with version 2 when up#1 began, which saw version 1")]
    [InlineData("a write before the one that it follows", "Not linearizable: http#2 had ended with version 2 when ws#1 began, which made version 1")]
    [InlineData("a success at another offset", "http#2 was told version 2 at offset 9")]
    [InlineData("a success that had read something else", "http#2 had read 'up-9' at version 1; the log has 'ws-1' there")]
    [InlineData("a write twice in the log", "http-2 is in the log 2 times")]
    [InlineData("a write that nobody began", "ghost-1 is in the log, and nobody began it")]
    [InlineData("an end that is not the log's", "At the end version 1 is there")]
    [InlineData("nothing at all", "the history shows nothing")]
    public async Task A_forged_history_is_found_out(string forgery, string expected)
    {
        HistoryFile.Write(History, Forge(Honest(), forgery));

        var verdict = HistoryCheck.Judge(HistoryFile.Read(History));
        var (exitCode, output) = await HammerAsync("check", History);

        Assert.Contains(verdict.Problems, problem => problem.Contains(expected, StringComparison.Ordinal));
        Assert.Equal(1, exitCode);
        Assert.Contains("Verdict: BAD", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_asked_for_wrongly_is_explained()
    {
        var (exitCode, output) = await HammerAsync("--second", "3");

        Assert.Equal(2, exitCode);
        Assert.Contains("'--second 3' came", output, StringComparison.Ordinal);
    }

    /// <summary>One process makes version 1, another reads it and makes version 2, a third reads that and is rejected once.</summary>
    private static List<HistoryEntry> Honest() =>
    [
        Begin("ws", 1, 10, 0, "", "ws-1"),
        End("ws", 1, 20) with { Version = 1, Value = "ws-1", Count = 1, Offset = 1 },
        Begin("http", 2, 30, 1, "ws-1", "http-2"),
        End("http", 2, 40) with { Version = 2, Value = "http-2", Count = 2, Offset = 2 },
        new() { Process = "up", Operation = 1, Kind = HistoryEntry.Read, Phase = HistoryEntry.Invoke, At = 50 },
        new() { Process = "up", Operation = 1, Kind = HistoryEntry.Read, Phase = HistoryEntry.Ok, At = 60, Version = 2, Value = "http-2", Count = 2 },
        Begin("up", 2, 70, 1, "ws-1", "up-2"),
        End("up", 2, 80) with { Phase = HistoryEntry.Fail, Version = 2, Value = "http-2", Count = 2 },
        Begin("ws", 2, 90, 2, "http-2", "ws-2"),
        End("ws", 2, 95) with { Phase = HistoryEntry.Unknown },
        Logged(1, 1, "ws-1"),
        Logged(2, 2, "http-2"),
        new() { Kind = HistoryEntry.Final, Phase = HistoryEntry.Ok, Version = 2, Value = "http-2", Count = 2 },
    ];

    private static List<HistoryEntry> Forge(List<HistoryEntry> history, string forgery)
    {
        switch (forgery)
        {
            case "a success that is in no log":
                history.RemoveAll(entry => entry.Kind == HistoryEntry.Log && entry.Version == 2);
                break;
            case "a success that overwrote another":
                Change(history, entry => entry.Kind == HistoryEntry.Log && entry.Version == 2, entry => entry with { Count = 1 });
                break;
            case "a rejection that is in the log":
                Change(history, IsEndOf("http", 2), entry => entry with { Phase = HistoryEntry.Fail });
                break;
            case "a read of what was not there":
                Change(history, IsEndOf("up", 1), entry => entry with { Value = "ws-1" });
                break;
            case "a read that goes back":
                Change(history, IsEndOf("up", 1), entry => entry with { Version = 1, Value = "ws-1", Count = 1 });
                break;
            case "a write before the one that it follows":
                Change(history, entry => entry is { Process: "ws", Operation: 1 }, entry => entry with { At = entry.At + 100 });
                break;
            case "a success at another offset":
                Change(history, IsEndOf("http", 2), entry => entry with { Offset = 9 });
                break;
            case "a success that had read something else":
                Change(history, entry => entry is { Process: "http", Phase: HistoryEntry.Invoke }, entry => entry with { Reads = "up-9" });
                break;
            case "a write twice in the log":
                history.Insert(history.Count - 1, Logged(3, 3, "http-2"));
                break;
            case "a write that nobody began":
                history.Insert(history.Count - 1, Logged(3, 3, "ghost-1"));
                break;
            case "an end that is not the log's":
                Change(history, entry => entry.Kind == HistoryEntry.Final, entry => entry with { Version = 1, Value = "ws-1", Count = 1 });
                break;
            default:
                history.RemoveAll(entry => entry.Kind != HistoryEntry.Final);
                Change(history, entry => entry.Kind == HistoryEntry.Final, entry => entry with { Version = 0, Value = null, Count = null });
                break;
        }

        return history;
    }

    private static void Change(List<HistoryEntry> history, Predicate<HistoryEntry> which, Func<HistoryEntry, HistoryEntry> change)
    {
        for (var i = 0; i < history.Count; i++)
        {
            if (which(history[i]))
                history[i] = change(history[i]);
        }
    }

    private static Predicate<HistoryEntry> IsEndOf(string process, long operation) =>
        entry => entry.Process == process && entry.Operation == operation && entry.Phase != HistoryEntry.Invoke;

    private static HistoryEntry Begin(string process, long operation, long at, long ifVersion, string reads, string writes) => new()
    {
        Process = process,
        Operation = operation,
        Kind = HistoryEntry.CompareAndSet,
        Phase = HistoryEntry.Invoke,
        At = at,
        IfVersion = ifVersion,
        Reads = reads,
        Writes = writes,
    };

    private static HistoryEntry End(string process, long operation, long at) =>
        new() { Process = process, Operation = operation, Kind = HistoryEntry.CompareAndSet, Phase = HistoryEntry.Ok, At = at };

    private static HistoryEntry Logged(long offset, long version, string name) =>
        new() { Kind = HistoryEntry.Log, Phase = HistoryEntry.Ok, Offset = offset, IfVersion = version - 1, Version = version, Value = name, Count = version };

    private static async Task<(int ExitCode, string Output)> HammerAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(HistoryCheck).Assembly.Location, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(_patience);
        var output = process.StandardOutput.ReadToEndAsync(patience.Token);
        var error = process.StandardError.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        return (process.ExitCode, await output + await error);
    }
}

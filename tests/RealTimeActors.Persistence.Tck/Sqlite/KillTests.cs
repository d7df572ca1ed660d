using System.Diagnostics;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Sqlite;
using RealTimeActors.Persistence.Tck.Stores;

namespace RealTimeActors.Persistence.Tck.Sqlite;

public sealed class KillTests
{
    [Fact]
    public async Task Every_acknowledged_row_is_there_after_kill_9_in_the_middle_of_appending()
    {
        const int Kills = 6;
        using var directory = new TempDirectory();
        var acknowledged = new Dictionary<string, long>();
        for (var kill = 1; kill <= Kills; kill++)
        {
            await AppendAndKillAsync(directory.Path, acknowledged, lines: 1_000 + kill * 977);
            await CheckAsync(directory.Path, acknowledged);
        }

        Assert.Equal(AppendUntilKilled.Streams, acknowledged.Count);
        Assert.True(acknowledged.Values.Sum() > Kills * 1_000);
    }

    private static async Task AppendAndKillAsync(string directory, Dictionary<string, long> acknowledged, int lines)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(AppendUntilKilled).Assembly.Location, "append-until-killed", directory])
        {
            RedirectStandardOutput = true,
        })!;
        for (var line = 0; await process.StandardOutput.ReadLineAsync() is { } text; line++)
        {
            // The kill may cut the last line: then it reads as less than was acknowledged.
            if (text.Split(' ') is [var stream, var last] && long.TryParse(last, out var sequence))
                acknowledged[stream] = Math.Max(sequence, acknowledged.GetValueOrDefault(stream));

            if (line == lines)
                process.Kill();
        }

        await process.WaitForExitAsync();
        Assert.True(process.ExitCode != 0, "The process was to be killed; it ended by itself.");
    }

    private static async Task CheckAsync(string directory, Dictionary<string, long> acknowledged)
    {
        await using var journal = SqliteJournal.Open(new SqliteJournalOptions { DataDirectory = directory });
        for (var i = 0; i < AppendUntilKilled.Streams; i++)
        {
            var stream = AppendUntilKilled.Stream(i);
            var box = new ReplyBox();
            journal.Read(stream, 1, int.MaxValue, int.MaxValue, null, box);
            var read = Assert.IsType<JournalReply.RowsRead>((await box.WaitForAsync(1))[0]);

            Assert.True(read.Last >= acknowledged.GetValueOrDefault(stream.Value), $"{stream} ends at {read.Last}; {acknowledged.GetValueOrDefault(stream.Value)} was acknowledged.");
            Assert.Equal(read.Last, read.Rows.Count);
            Assert.All(read.Rows, row => Assert.Equal(AppendUntilKilled.Payload(stream, row.First), row.Payload.ToArray()));
        }
    }
}

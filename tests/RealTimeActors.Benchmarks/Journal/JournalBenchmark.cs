using System.Globalization;
using System.Text.Json;
using RealTimeActors.Persistence.Sqlite;

namespace RealTimeActors.Benchmarks.Journal;

/// <summary>The SQLite journal alone: <c>journal [seconds] [directory]</c>. Prints a table and one line of JSON.</summary>
internal static class JournalBenchmark
{
    private const int EntryBytes = 200;

    private static readonly (string Label, int Streams, int InFlight, int RowEntries)[] _cases =
    [
        ("warm-up", 1, 100, 1),
        ("one stream", 1, 1, 1),
        ("one stream", 1, 10, 1),
        ("one stream", 1, 100, 1),
        ("one stream", 1, 1_000, 1),
        ("many streams", 10, 10, 1),
        ("many streams", 100, 100, 1),
        ("many streams", 1_000, 1_000, 1),
        ("runs of 16", 1, 2, 16),
        ("runs of 256", 1, 2, 256),
        ("runs of 256, 8 streams", 8, 16, 256),
    ];

    internal static async Task<int> Run(string[] args)
    {
        var duration = TimeSpan.FromSeconds(args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 3);
        var parent = args.Length > 1 ? args[1] : Path.GetTempPath();
        var figures = new List<JournalFigures>();
        Console.WriteLine($"{"case",-24}{"streams",8}{"in flight",10}{"rows/s",10}{"entries/s",12}{"p50 µs",9}{"p99 µs",9}{"max µs",9}");
        foreach (var (label, streams, inFlight, rowEntries) in _cases)
        {
            var directory = Path.Combine(parent, $"rta-journal-benchmark-{Environment.ProcessId}");
            try
            {
                await using var journal = SqliteJournal.Open(new SqliteJournalOptions { DataDirectory = directory });
                var line = await new JournalLoad(journal, streams, inFlight, rowEntries, EntryBytes).Run(label, duration);
                if (label == "warm-up")
                    continue;

                figures.Add(line);
                Console.WriteLine(
                    $"{label,-24}{streams,8}{inFlight,10}{line.RowsPerSecond,10:F0}{line.EntriesPerSecond,12:F0}{line.P50Micros,9:F0}{line.P99Micros,9:F0}{line.MaxMicros,9:F0}");
            }
            finally
            {
                Directory.Delete(directory, recursive: true);
            }
        }

        Console.WriteLine(JsonSerializer.Serialize(new { benchmark = "journal", entryBytes = EntryBytes, figures }));
        return 0;
    }
}

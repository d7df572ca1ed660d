using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using RealTimeActors.Persistence.PostgreSql;
using RealTimeActors.Persistence.Sqlite;
using RealTimeActors.PostgreSql.Kit;

namespace RealTimeActors.Benchmarks.Journal;

/// <summary>
/// The store in PostgreSQL beside SQLite's, and beside one flush of the same disk: <c>journal-postgresql [seconds]</c>. A private server is started for it, reached over its socket.
/// Prints a table and one line of JSON.
/// </summary>
internal static class PostgreSqlJournalBenchmark
{
    private const int EntryBytes = 200;

    private static readonly (string Label, int Streams, int InFlight)[] _cases =
    [
        ("warm-up", 10, 100),
        ("one stream", 1, 1),
        ("one stream", 1, 100),
        ("one stream", 1, 1_000),
        ("many streams", 100, 100),
        ("many streams", 1_000, 1_000),
    ];

    internal static async Task<int> Run(string[] args)
    {
        if (PrivatePostgreSql.WhyNot is { } reason)
        {
            Console.WriteLine($"Skipped: {reason}");
            return 0;
        }

        var duration = TimeSpan.FromSeconds(args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 3);
        var figures = new List<object>();
        var flush = FlushMicros();
        Console.WriteLine($"one flush of the disk, p50: {flush:F0} µs");
        Console.WriteLine($"{"store",-12}{"case",-16}{"streams",8}{"in flight",10}{"rows/s",10}{"p50 µs",9}{"p99 µs",9}{"max µs",9}");
        await using var server = await PrivatePostgreSql.StartNewAsync("shared_buffers=256MB", "max_wal_size=2GB");
        foreach (var (label, streams, inFlight) in _cases)
        {
            var directory = Path.Combine(Path.GetTempPath(), $"rta-journal-benchmark-{Environment.ProcessId}");
            try
            {
                await using var sqlite = SqliteJournal.Open(new SqliteJournalOptions { DataDirectory = directory });
                Print("sqlite", label, await new JournalLoad(sqlite, streams, inFlight, 1, EntryBytes).Run(label, duration));
            }
            finally
            {
                Directory.Delete(directory, recursive: true);
            }

            await using var postgreSql = await PostgreSqlJournal.OpenAsync(new PostgreSqlOptions { ConnectionString = server.ConnectionString, Schema = $"bench_{figures.Count}" });
            Print("postgresql", label, await new JournalLoad(postgreSql, streams, inFlight, 1, EntryBytes).Run(label, duration));
        }

        Console.WriteLine(JsonSerializer.Serialize(new { benchmark = "journal-postgresql", entryBytes = EntryBytes, flushMicros = flush, figures }));
        return 0;

        void Print(string store, string label, JournalFigures line)
        {
            if (label == "warm-up")
                return;

            figures.Add(new { store, line });
            Console.WriteLine(
                $"{store,-12}{label,-16}{line.Streams,8}{line.InFlight,10}{line.RowsPerSecond,10:F0}{line.P50Micros,9:F0}{line.P99Micros,9:F0}{line.MaxMicros,9:F0}");
        }
    }

    /// <summary>Half of the flushes of one page at the end of a file take less than this.</summary>
    private static double FlushMicros()
    {
        var path = Path.GetTempFileName();
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.None, bufferSize: 0);
            var page = new byte[8_192];
            var took = new List<double>();
            for (var i = 0; i < 500; i++)
            {
                file.Write(page);
                var begun = Stopwatch.GetTimestamp();
                file.Flush(flushToDisk: true);
                took.Add(Stopwatch.GetElapsedTime(begun).TotalMicroseconds);
            }

            took.Sort();
            return took[took.Count / 2];
        }
        finally
        {
            File.Delete(path);
        }
    }
}

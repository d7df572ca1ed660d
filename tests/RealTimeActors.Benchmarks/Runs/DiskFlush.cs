using System.Diagnostics;
using RealTimeActors.Benchmarks.Load;

namespace RealTimeActors.Benchmarks.Runs;

/// <summary>
/// What a durable receipt has to wait for at least: one write of a page into a file that is there already, and one fdatasync, as a database's log does it.
/// </summary>
internal static class DiskFlush
{
    private const int PageBytes = 4096;
    private const int Pages = 1024;

    internal static LatencyHistogram Measure(string folder, TimeSpan time)
    {
        var page = new byte[PageBytes];
        new Random(1).NextBytes(page);
        using var file = File.OpenHandle(Path.Combine(folder, "flush"), FileMode.Create, FileAccess.Write, FileShare.None, FileOptions.DeleteOnClose);
        for (var at = 0; at < Pages; at++) RandomAccess.Write(file, page, (long)at * PageBytes);
        RandomAccess.FlushToDisk(file);

        var latencies = new LatencyHistogram();
        var begin = Stopwatch.GetTimestamp();
        for (var at = 0; Stopwatch.GetElapsedTime(begin) < time; at = (at + 1) % Pages)
        {
            var start = Stopwatch.GetTimestamp();
            RandomAccess.Write(file, page, (long)at * PageBytes);
            if (Libc.FlushData((int)file.DangerousGetHandle()) != 0) throw new BenchmarkFailure($"'{folder}' cannot be flushed");
            latencies.Add(Stopwatch.GetTimestamp() - start);
        }

        return latencies;
    }
}

using System.Diagnostics;
using System.Globalization;
using RealTimeActors.Benchmarks.Load;

namespace RealTimeActors.Benchmarks.Peers;

/// <summary>Bytes of TCP's payload that went over connections so far, as the kernel counts them, seen from the side that was called.</summary>
/// <param name="Sent">To the callers, and acknowledged by them.</param>
/// <param name="Received">From the callers.</param>
internal readonly record struct SocketTraffic(long Sent, long Received)
{
    internal long Both => Sent + Received;

    /// <summary>Of all connections that were accepted on these ports and are there now.</summary>
    internal static SocketTraffic Of(IReadOnlyCollection<int> ports)
    {
        if (ports.Count == 0) return default;
        var filter = $"( {string.Join(" or ", ports.Select(port => $"sport = :{port}"))} )";
        try
        {
            using var ss = Process.Start(new ProcessStartInfo("ss", ["-tinH", filter]) { RedirectStandardOutput = true })!;
            var output = ss.StandardOutput.ReadToEnd();
            ss.WaitForExit();
            return Read(output);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new BenchmarkFailure("ss is not installed, which counts the bytes between nodes (apt-get install iproute2)");
        }
    }

    /// <summary>Adds up what <c>ss -i</c> says of each connection. One over which nothing went has no such word.</summary>
    internal static SocketTraffic Read(string output)
    {
        var (sent, received) = (0L, 0L);
        foreach (var word in output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            sent += Number(word, "bytes_acked:");
            received += Number(word, "bytes_received:");
        }

        return new SocketTraffic(sent, received);
    }

    private static long Number(string word, string name) =>
        word.StartsWith(name, StringComparison.Ordinal) ? long.Parse(word.AsSpan(name.Length), NumberStyles.None, CultureInfo.InvariantCulture) : 0;
}

using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace RealTimeActors.Hammer.Cluster.Wires;

/// <summary>Ports that stay free while their owner is dead: below those that connections and listeners without a wish are given.</summary>
internal static class FreePorts
{
    private const int First = 20_000;
    private static readonly int _end = EndOfRange();
    private static int _next = First + Random.Shared.Next(_end - First);

    internal static int Take()
    {
        for (var attempt = 0; attempt < _end - First; attempt++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _next) % (uint)(_end - First));
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody has it.
            }
        }

        throw new InvalidOperationException($"A free port from {First} to {_end} is expected; there is none.");
    }

    private static int EndOfRange()
    {
        const string Range = "/proc/sys/net/ipv4/ip_local_port_range";
        var first = File.Exists(Range) ? int.Parse(File.ReadAllText(Range).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture) : 32_768;
        return Math.Max(first, First + 1_000);
    }
}

using System.Globalization;

namespace RealTimeActors.Benchmarks.Peers;

/// <summary>What the kernel still holds of what one side of a TCP connection on the loopback interface has sent.</summary>
internal static class SocketQueue
{
    /// <summary>Bytes that were sent from one local port to another and that the other has not taken; 0 when there is no such connection.</summary>
    internal static long Waiting(int fromPort, int toPort)
    {
        foreach (var file in new[] { "/proc/net/tcp", "/proc/net/tcp6" })
        {
            // "sl local_address rem_address st tx_queue:rx_queue …", addresses as HEX:PORT; a listener of IPv6 shows its IPv4 connections in the second file.
            foreach (var line in File.ReadLines(file).Skip(1))
            {
                var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (Port(fields[1]) == fromPort && Port(fields[2]) == toPort) return long.Parse(fields[4].Split(':')[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            }
        }

        return 0;
    }

    private static int Port(string address) => int.Parse(address.AsSpan(address.LastIndexOf(':') + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}

namespace RealTimeActors.Server.MachineFigures.Network;

/// <summary>The network interfaces at one moment, from <c>/proc/net/dev</c>, without the loopback: what it carries never left the machine.</summary>
/// <param name="Interfaces">By name.</param>
internal sealed record NetworkCounters(IReadOnlyDictionary<string, InterfaceTotals> Interfaces)
{
    /// <summary>Reads the text of <c>/proc/net/dev</c>. Its two header lines and lines that are not understood are left out.</summary>
    internal static NetworkCounters Parse(string text)
    {
        var interfaces = new Dictionary<string, InterfaceTotals>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n'))
        {
            // Long names and numbers leave no space after the colon, and the names of aliases hold one themselves.
            var colon = line.LastIndexOf(':');
            if (colon < 0)
                continue;

            // Received: bytes packets errs drop fifo frame compressed multicast; sent: bytes packets …
            var name = line[..colon].Trim();
            var words = line[(colon + 1)..].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (name != "lo" && words.Length >= 10
                && ulong.TryParse(words[0], out var receivedBytes) && ulong.TryParse(words[1], out var receivedPackets)
                && ulong.TryParse(words[8], out var sentBytes) && ulong.TryParse(words[9], out var sentPackets))
            {
                interfaces[name] = new InterfaceTotals(receivedBytes, receivedPackets, sentBytes, sentPackets);
            }
        }

        return new NetworkCounters(interfaces);
    }
}

using System.Globalization;

namespace RealTimeActors.Hammer.Cluster.Wires;

/// <summary>Which process a connection on loopback comes from, as Linux tells it.</summary>
internal static class Callers
{
    private const int LocalAddress = 1;
    private const int Inode = 9;

    /// <summary>The one of these processes that has a socket on this port.</summary>
    internal static int? ProcessAt(int port, int listeningPort, IEnumerable<int> processes)
    {
        var inode = InodeOf("/proc/net/tcp", port, listeningPort) ?? InodeOf("/proc/net/tcp6", port, listeningPort);
        var socket = $"socket:[{inode}]";
        return inode is null ? null : processes.Select(process => (int?)process).FirstOrDefault(process => OpenFiles.Any(process!.Value, target => target == socket));
    }

    private static string? InodeOf(string table, int port, int listeningPort)
    {
        if (!File.Exists(table))
            return null;

        var (from, to) = (port.ToString("X4", CultureInfo.InvariantCulture), listeningPort.ToString("X4", CultureInfo.InvariantCulture));
        return File.ReadLines(table).Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .FirstOrDefault(columns => columns[LocalAddress].EndsWith($":{from}", StringComparison.Ordinal) && columns[LocalAddress + 1].EndsWith($":{to}", StringComparison.Ordinal))?[Inode];
    }
}

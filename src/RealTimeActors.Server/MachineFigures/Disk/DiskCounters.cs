namespace RealTimeActors.Server.MachineFigures.Disk;

/// <summary>
/// The real disks at one moment, from <c>/proc/diskstats</c>. Partitions are left out, and so are devices that stand on others (loop, device mapper,
/// RAID) or on memory: what they do arrives at a real disk and would be counted twice.
/// </summary>
/// <param name="Disks">By name.</param>
internal sealed record DiskCounters(IReadOnlyDictionary<string, DiskTotals> Disks)
{
    private static readonly string[] _notReal = ["loop", "ram", "zram", "dm-", "md", "sr", "fd", "drbd"];
    private static readonly char[] _digits = [.. "0123456789"];

    /// <summary>Reads the text of <c>/proc/diskstats</c>. Lines that are not understood are left out.</summary>
    internal static DiskCounters Parse(string text)
    {
        var devices = new Dictionary<string, DiskTotals>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n'))
        {
            // major minor name reads merged sectors ms writes merged sectors ms in-flight busy-ms …
            var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length >= 13
                && ulong.TryParse(words[3], out var reads) && ulong.TryParse(words[5], out var sectorsRead)
                && ulong.TryParse(words[7], out var writes) && ulong.TryParse(words[9], out var sectorsWritten)
                && ulong.TryParse(words[12], out var busyMs))
            {
                devices[words[2]] = new DiskTotals(reads, unchecked(sectorsRead * SectorBytes), writes, unchecked(sectorsWritten * SectorBytes), busyMs);
            }
        }

        return new DiskCounters(devices.Where(device => IsReal(device.Key) && !IsPartition(device.Key, devices.ContainsKey)).ToDictionary());
    }

    private static bool IsReal(string name) => !_notReal.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>sda1 is a part of sda, nvme0n1p2 of nvme0n1; nvme0n1 is a part of nothing.</summary>
    private static bool IsPartition(string name, Func<string, bool> isListed)
    {
        var parent = name.TrimEnd(_digits);
        if (parent.Length == name.Length)
            return false;

        // A disk whose own name ends with a digit parts it from the partition's number with a p.
        return isListed(parent) || (parent.Length > 2 && parent[^1] == 'p' && char.IsAsciiDigit(parent[^2]) && isListed(parent[..^1]));
    }

    // The kernel counts in these, whatever the disk's own sectors are.
    private const ulong SectorBytes = 512;
}

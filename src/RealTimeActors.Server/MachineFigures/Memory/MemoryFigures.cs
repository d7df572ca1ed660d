using RealTimeActors.Protocol;

namespace RealTimeActors.Server.MachineFigures.Memory;

/// <summary>Where the memory is, from <c>/proc/meminfo</c>.</summary>
internal sealed record MemoryFigures
{
    /// <summary>Of the total, what is not available; 0–100, one decimal.</summary>
    public required double UsedPercent { get; init; }
    public required long TotalBytes { get; init; }
    public required long UsedBytes { get; init; }

    /// <summary>What programs can still have without swapping: free memory and what the kernel would give back.</summary>
    public required long AvailableBytes { get; init; }

    /// <summary>Files in memory, given back when it is needed.</summary>
    public required long CachedBytes { get; init; }
    public required long SwapTotalBytes { get; init; }
    public required long SwapUsedBytes { get; init; }

    /// <summary>Reads the text of <c>/proc/meminfo</c>; null when it does not say how much memory there is.</summary>
    internal static MemoryFigures? Parse(string text)
    {
        var bytes = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var colon = line.IndexOf(':');
            if (colon > 0 && TryParseBytes(line[(colon + 1)..].Trim(), out var value))
                bytes[line[..colon].ToString()] = value;
        }

        var total = bytes.GetValueOrDefault("MemTotal");
        if (total == 0)
            return null;

        // Kernels before 3.14 do not say what is available; free memory and the caches come near to it.
        var cached = bytes.GetValueOrDefault("Cached") + bytes.GetValueOrDefault("Buffers");
        var available = Math.Min(total, bytes.TryGetValue("MemAvailable", out var said) ? said : bytes.GetValueOrDefault("MemFree") + cached);
        var swapTotal = bytes.GetValueOrDefault("SwapTotal");
        return new MemoryFigures
        {
            UsedPercent = Math.Round(100.0 * (total - available) / total, 1),
            TotalBytes = total,
            UsedBytes = total - available,
            AvailableBytes = available,
            CachedBytes = cached,
            SwapTotalBytes = swapTotal,
            SwapUsedBytes = Math.Max(0, swapTotal - bytes.GetValueOrDefault("SwapFree")),
        };
    }

    private static bool TryParseBytes(ReadOnlySpan<char> text, out long bytes)
    {
        bytes = 0;
        if (!text.EndsWith(" kB", StringComparison.Ordinal) || !long.TryParse(text[..^3].TrimEnd(), out var kibibytes))
            return false;

        if (kibibytes is < 0 or > Limits.IntegerMax / 1024)
            return false;

        bytes = kibibytes * 1024;
        return true;
    }
}

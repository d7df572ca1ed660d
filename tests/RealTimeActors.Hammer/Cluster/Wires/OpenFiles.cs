namespace RealTimeActors.Hammer.Cluster.Wires;

/// <summary>What a process has open: files, and sockets as <c>socket:[inode]</c>. Linux.</summary>
internal static class OpenFiles
{
    /// <summary>Whether it has such a one; not where it has ended.</summary>
    internal static bool Any(int process, Predicate<string?> isSuch)
    {
        try
        {
            return Directory.EnumerateFiles($"/proc/{process}/fd").Any(file => isSuch(TargetOf(file)));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Where a link of /proc leads; null: it is gone, as the file was closed or the process has ended.</summary>
    internal static string? TargetOf(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

namespace RealTimeActors.Persistence.Tck.Sqlite;

/// <summary>A small file system in memory, mounted while this lives.</summary>
internal sealed class Tmpfs : IDisposable
{
    /// <exception cref="InvalidOperationException">It cannot be mounted here.</exception>
    internal Tmpfs(int bytes)
    {
        Path = Directory.CreateTempSubdirectory("rta-tmpfs-").FullName;
        try
        {
            Shell.Run("mount", "-t", "tmpfs", "-o", $"size={bytes}", "tmpfs", Path);
        }
        catch (InvalidOperationException)
        {
            Directory.Delete(Path);
            throw;
        }
    }

    internal string Path { get; }

    public void Dispose()
    {
        Shell.Run("umount", Path);
        Directory.Delete(Path);
    }
}

using System.Diagnostics;

namespace RealTimeActors.EndToEnd.Tests.Infrastructure;

/// <summary>A file system of a few MiB that can be filled to the last byte and emptied again. Disposing unmounts it.</summary>
internal sealed class SmallDisk : IDisposable
{
    private SmallDisk(string path) => Path = path;

    internal string Path { get; }

    private string Ballast => System.IO.Path.Combine(Path, "ballast");

    internal static SmallDisk Mount(int mebibytes)
    {
        var disk = new SmallDisk(Directory.CreateTempSubdirectory("realtime-disk-").FullName);
        Run("mount", "-t", "tmpfs", "-o", $"size={mebibytes}m", "tmpfs", disk.Path);
        return disk;
    }

    /// <summary>Writes until nothing more fits.</summary>
    internal void FillUp()
    {
        using var file = new FileStream(Ballast, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
                file.Write(new byte[4096]);
        }
        catch (IOException)
        {
            // Now it is full.
        }
    }

    internal void MakeRoom() => File.Delete(Ballast);

    public void Dispose()
    {
        Run("umount", Path);
        Directory.Delete(Path);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} is expected to end with 0; {process.ExitCode} came.");
    }
}

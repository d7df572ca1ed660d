using System.ComponentModel;
using System.Runtime.InteropServices;
using RealTimeActors.Hammer.Cluster.Wires;

namespace RealTimeActors.Hammer.Cluster.Disks;

/// <summary>
/// A small ext4 of its own in a file, mounted by a loop device: it can be filled to the last byte and emptied again, and its power can be cut under whoever writes to it. What was not synced then is lost, as on a real disk.
/// It takes root on Linux. Disposing unmounts it and deletes it.
/// </summary>
internal sealed partial class LoopDisk : IDisposable
{
    /// <summary>_IOR('X', 125, __u32).</summary>
    private const ulong Shutdown = 0x8004587d;

    /// <summary>EXT4_GOING_FLAGS_NOLOGFLUSH: not even the file system's own journal is written any more.</summary>
    private const uint WithoutFlush = 2;

    private static readonly Lazy<string?> _missing = new(FindWhatIsMissing);
    private readonly string _folder = Directory.CreateTempSubdirectory("rta-disk-").FullName;
    private bool _isMounted;

    private LoopDisk() => Path = System.IO.Path.Combine(_folder, "disk");

    /// <summary>Why there can be none here; null: there can.</summary>
    internal static string? WhyNot => _missing.Value;

    /// <summary>Where it is mounted.</summary>
    internal string Path { get; }

    private string Image => System.IO.Path.Combine(_folder, "image");

    private string Ballast => System.IO.Path.Combine(Path, "ballast");

    internal static LoopDisk Make(int mebibytes)
    {
        var disk = new LoopDisk();
        try
        {
            // Whoever the disk is for has to get through to it.
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(disk._folder, (UnixFileMode)0b111_001_001);

            using (var image = File.Create(disk.Image))
                image.SetLength((long)mebibytes << 20);

            // Nothing is kept back for root: full is full.
            Command.Run("mkfs.ext4", "-q", "-F", "-m", "0", "-N", "8192", "-J", "size=8", disk.Image);
            Directory.CreateDirectory(disk.Path);
            disk.Mount();
            return disk;
        }
        catch
        {
            disk.Dispose();
            throw;
        }
    }

    /// <summary>Writes until nothing more fits.</summary>
    internal void FillUp()
    {
        // Most of it at once, without writing it; then in blocks that become smaller: the last bytes count, too.
        var free = new DriveInfo(Path).AvailableFreeSpace - (4 << 20);
        using var file = new FileStream(Ballast, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 0, PreallocationSize = Math.Max(free, 0) });
        file.Position = Math.Max(free, 0);
        for (var block = 1 << 20; block >= 4_096; block /= 16)
        {
            try
            {
                while (true)
                    file.Write(new byte[block]);
            }
            catch (IOException)
            {
                // No block as large as that fits any more.
            }
        }
    }

    internal void MakeRoom()
    {
        // For good: a power cut would bring back what was deleted just before.
        File.Delete(Ballast);
        Command.Run("sync", "-f", Path);
    }

    /// <summary>Nothing is read or written any more from this moment on. Whoever has files there gets errors.</summary>
    /// <remarks>
    /// At this moment nobody is in the middle of a flush. One that is under way while a file system is shut down may return 0 with nothing on the disk (a program that did nothing but append blocks and fdatasync them lost the last
    /// one in 12 of 150 runs, and in 0 of 400 when it was stopped first; Linux 6.18): without power nobody would have heard that 0.
    /// </remarks>
    internal void CutPower()
    {
        using var standstill = new Standstill(Path);
        var file = Open(Path, 0);
        if (file < 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"{Path} cannot be opened");

        try
        {
            var flags = WithoutFlush;
            if (Control(file, Shutdown, ref flags) != 0)
                throw new Win32Exception(Marshal.GetLastPInvokeError(), $"{Path} cannot be shut down");
        }
        finally
        {
            _ = Close(file);
        }
    }

    /// <summary>With power again: what was synced is there. Nobody may have files open on it.</summary>
    internal void RestorePower()
    {
        Unmount();
        Mount();
    }

    public void Dispose()
    {
        Unmount();
        Directory.Delete(_folder, recursive: true);
    }

    private void Mount()
    {
        Command.Run("mount", "-o", "loop", Image, Path);
        _isMounted = true;
    }

    private void Unmount()
    {
        if (!_isMounted)
            return;

        // Who was just killed may not have let go of everything.
        for (var attempt = 0; Command.Try("umount", Path) is { } fault; attempt++)
        {
            if (attempt == 200)
                throw new InvalidOperationException(fault);
        }

        _isMounted = false;
    }

    private static string? FindWhatIsMissing()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
            return "A disk of its own takes root on Linux.";

        try
        {
            using var disk = Make(mebibytes: 64);
            disk.CutPower();
            return null;
        }
        catch (Exception fault) when (fault is InvalidOperationException or Win32Exception or IOException)
        {
            return $"A disk that can be cut off from power cannot be made here (mkfs.ext4, mount -o loop, EXT4_IOC_SHUTDOWN): {fault.Message}";
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(int file, ulong request, ref uint value);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}

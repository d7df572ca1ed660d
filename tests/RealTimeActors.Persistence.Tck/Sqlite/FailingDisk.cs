using System.Runtime.InteropServices;

namespace RealTimeActors.Persistence.Tck.Sqlite;

/// <summary>An ext4 file system in a file, which can be shut down under its user: from then on everything is an I/O error, and what was not flushed is gone.</summary>
internal sealed class FailingDisk : IDisposable
{
    private const int ReadOnly = 0;
    private const nuint ShutDown = 0x8004587D;
    private const uint WithoutFlushingItsLog = 2;
    private readonly string _parent = Directory.CreateTempSubdirectory("rta-disk-").FullName;
    private bool _isMounted;

    internal FailingDisk()
    {
        Path = System.IO.Path.Combine(_parent, "mounted");
        Directory.CreateDirectory(Path);
        try
        {
            using (var image = File.Create(Image))
                image.SetLength(48 << 20);

            Shell.Run("mkfs.ext4", "-q", Image);
            Mount();
        }
        catch (InvalidOperationException)
        {
            Dispose();
            throw;
        }
    }

    internal string Path { get; }

    private string Image => System.IO.Path.Combine(_parent, "image");

    /// <summary>Every write and flush fails from now on.</summary>
    internal void Fail()
    {
        var descriptor = Open(Path, ReadOnly);
        var flags = WithoutFlushingItsLog;
        var code = IoControl(descriptor, ShutDown, ref flags);
        var error = Marshal.GetLastPInvokeError();
        _ = Close(descriptor);
        if (code != 0)
            throw new InvalidOperationException($"ext4 cannot be shut down: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    /// <summary>The same disk after the machine was switched on again.</summary>
    internal void Restart()
    {
        Unmount();
        Mount();
    }

    public void Dispose()
    {
        Unmount();
        Directory.Delete(_parent, recursive: true);
    }

    private void Mount()
    {
        Shell.Run("mount", "-o", "loop", Image, Path);
        _isMounted = true;
    }

    private void Unmount()
    {
        if (_isMounted)
            Shell.Run("umount", Path);

        _isMounted = false;
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int IoControl(int descriptor, nuint request, ref uint argument);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}

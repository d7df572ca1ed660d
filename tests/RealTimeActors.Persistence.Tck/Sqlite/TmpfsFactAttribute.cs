using System.Diagnostics;

namespace RealTimeActors.Persistence.Tck.Sqlite;

/// <summary>A test that needs a small file system of its own: skipped, with the reason, where none can be mounted.</summary>
internal sealed class TmpfsFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Missing = new(WhatIsMissing);

    public TmpfsFactAttribute() => Skip = Missing.Value;

    private static string? WhatIsMissing()
    {
        if (!OperatingSystem.IsLinux())
            return "tmpfs is a file system of Linux.";

        try
        {
            using var _ = new Tmpfs(1 << 20);
            return null;
        }
        catch (InvalidOperationException error)
        {
            return $"A tmpfs cannot be mounted here (root is needed): {error.Message}";
        }
    }

    /// <summary>A small file system in memory, mounted while this lives.</summary>
    internal sealed class Tmpfs : IDisposable
    {
        internal Tmpfs(int bytes)
        {
            Path = Directory.CreateTempSubdirectory("rta-tmpfs-").FullName;
            try
            {
                Run("mount", "-t", "tmpfs", "-o", $"size={bytes}", "tmpfs", Path);
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
            Run("umount", Path);
            Directory.Delete(Path);
        }

        private static void Run(string program, params string[] arguments)
        {
            try
            {
                using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
                var error = process.StandardError.ReadToEnd();
                process.WaitForExit();
                if (process.ExitCode != 0)
                    throw new InvalidOperationException(error.Trim());
            }
            catch (System.ComponentModel.Win32Exception error)
            {
                throw new InvalidOperationException(error.Message, error);
            }
        }
    }
}

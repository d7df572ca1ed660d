namespace RealTimeActors.Persistence.Tck.Sqlite;

/// <summary>A test that needs a disk that can be made to fail: skipped, with the reason, where none can be mounted.</summary>
internal sealed class FailingDiskFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> _missing = new(WhatIsMissing);

    public FailingDiskFactAttribute() => Skip = _missing.Value;

    private static string? WhatIsMissing()
    {
        if (!OperatingSystem.IsLinux())
            return "ext4 in a file is a matter of Linux.";

        try
        {
            using var disk = new FailingDisk();
            disk.Fail();
            return null;
        }
        catch (InvalidOperationException error)
        {
            return $"A disk that fails cannot be had here (root, loop devices and ext4 are needed): {error.Message}";
        }
    }
}

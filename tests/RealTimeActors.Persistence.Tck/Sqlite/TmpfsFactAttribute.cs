namespace RealTimeActors.Persistence.Tck.Sqlite;

/// <summary>A test that needs a small file system of its own: skipped, with the reason, where none can be mounted.</summary>
internal sealed class TmpfsFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> _missing = new(WhatIsMissing);

    public TmpfsFactAttribute() => Skip = _missing.Value;

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
}

namespace RealTimeActors.EndToEnd.Tests.Infrastructure;

/// <summary>A test that mounts a small file system; counted as skipped, with the reason, where that is not allowed.</summary>
public sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute()
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root")
            Skip = "Mounting a tmpfs takes root on Linux.";
    }
}

namespace RealTimeActors.Server.Tests.Infrastructure;

/// <summary>A test that needs the kernel's own files; counted as skipped elsewhere.</summary>
internal sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute()
    {
        if (!OperatingSystem.IsLinux())
            Skip = "Linux's /proc is expected; this is another system.";
    }
}

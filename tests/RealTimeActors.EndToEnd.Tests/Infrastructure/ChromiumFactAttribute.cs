namespace RealTimeActors.EndToEnd.Tests.Infrastructure;

/// <summary>A test that drives a browser; counted as skipped, with the reason, where there is none.</summary>
public sealed class ChromiumFactAttribute : FactAttribute
{
    /// <summary>Where Debian's package puts it.</summary>
    public const string ExecutablePath = "/usr/bin/chromium";

    public ChromiumFactAttribute()
    {
        if (!File.Exists(ExecutablePath))
            Skip = $"Chromium is expected at {ExecutablePath}; install Debian's package chromium.";
    }
}

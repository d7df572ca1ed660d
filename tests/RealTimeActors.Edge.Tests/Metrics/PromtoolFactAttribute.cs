namespace RealTimeActors.Edge.Tests.Metrics;

/// <summary>A test that asks Prometheus' own <c>promtool</c> (Debian: package prometheus), where it is installed.</summary>
internal sealed class PromtoolFactAttribute : FactAttribute
{
    internal static string? Path { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Select(folder => System.IO.Path.Combine(folder, "promtool")).FirstOrDefault(File.Exists);

    public PromtoolFactAttribute()
    {
        if (Path is null)
            Skip = "promtool is not installed (Debian: package prometheus).";
    }
}

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace RealTimeActors.Hosting.Health;

/// <summary>Adds the node to the application's health checks.</summary>
public static class RealTimeHealthExtensions
{
    /// <summary>The tags that the check has where none are given.</summary>
    private static readonly string[] _tags = ["ready", "realtime"];

    /// <summary>
    /// <c>services.AddHealthChecks().AddRealTimeActors()</c>: fails while the node starts or drains and when its journal cannot be written, is degraded while an in-process
    /// handler fails. Its description says why.
    /// </summary>
    /// <param name="builder">Of an application with <c>AddRealTimeActors</c>.</param>
    /// <param name="name">The name of the check.</param>
    /// <param name="failureStatus">What a failure is reported as; null: unhealthy.</param>
    /// <param name="tags">To choose it by; null: <c>ready</c> and <c>realtime</c>.</param>
    /// <returns>The builder.</returns>
    public static IHealthChecksBuilder AddRealTimeActors(
        this IHealthChecksBuilder builder, string name = "realtime", HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton<NodeHealthCheck>();
        return builder.Add(new HealthCheckRegistration(name, static services => services.GetRequiredService<NodeHealthCheck>(), failureStatus, tags ?? _tags));
    }
}

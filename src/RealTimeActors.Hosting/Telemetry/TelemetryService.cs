using Microsoft.Extensions.Hosting;

namespace RealTimeActors.Hosting.Telemetry;

/// <summary>Has the pipeline made before the first request comes, also when nobody asks for <c>/metrics</c>.</summary>
internal sealed class TelemetryService(TelemetryPipeline pipeline) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _ = pipeline;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

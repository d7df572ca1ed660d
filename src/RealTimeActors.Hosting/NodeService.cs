using Microsoft.Extensions.Hosting;

namespace RealTimeActors.Hosting;

/// <summary>Ties the node's life to the host's: ready when everything has started, drained before anything stops.</summary>
internal sealed class NodeService(RealTimeNode node) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        node.BecomeReady();
        return Task.CompletedTask;
    }

    // While the connections leave, the server still answers: /readyz says 503, so that nobody new is sent here.
    public Task StoppingAsync(CancellationToken cancellationToken) => node.DrainAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => node.DisposeAsync().AsTask();
}

using Microsoft.Extensions.Hosting;
using RealTimeActors.Edge.Admission;
using RealTimeActors.Hosting.InProcess;

namespace RealTimeActors.Hosting;

/// <summary>Ties the node's life to the host's: ready when everything has started, drained before anything stops.</summary>
internal sealed class NodeService(RealTimeNode node, InProcessChannels channels, Exposure exposure, StartGate gate, IHostApplicationLifetime lifetime) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        // Whatever the host listens on is bound by now: a server whose port is taken has not come this far, and no other node has heard of it.
        exposure.Check();
        node.BecomeReady();
        gate.Open();

        // Who has lost his store stops: his clients find the one who has it now.
        _ = node.StoreLost.ContinueWith(
            lost =>
            {
                // Who is stopping already goes for another reason.
                if (!lifetime.ApplicationStopping.IsCancellationRequested)
                    node.DisplacedBecause = lost.Result;

                node.BecomeUnready();
                node.TellStoreLost(lost.Result);
                lifetime.StopApplication();
            },
            CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
        return Task.CompletedTask;
    }

    // While the connections leave, the server still answers: /readyz says 503, so that nobody new is sent here. The application's own handlers come first: they finish while
    // everything that they need is still there.
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        node.BecomeUnready();
        await channels.StopAsync();
        await node.DrainAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => node.DisposeAsync().AsTask();
}

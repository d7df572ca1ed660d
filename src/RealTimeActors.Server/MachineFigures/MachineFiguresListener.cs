using RealTimeActors.Actors;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Server.MachineFigures;

/// <summary>
/// A change listener: looks at the machine at a steady pace and publishes what it sees. Nobody waits for these events, so they ask for no receipt:
/// a figure that cannot be taken becomes a dead letter of the channels, and the next one comes anyway.
/// </summary>
internal sealed partial class MachineFiguresListener(
    MachineFiguresReader reader, Func<IActorRef<ChannelCommand>> channels, TimeSpan every, TimeProvider time, ILogger<MachineFiguresListener> logger)
    : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(every, time);
        reader.Look();
        if (!reader.SeesTheMachine)
        {
            LogNoFigures(logger);
            return;
        }

        LogListening(logger, every);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                Publish(reader.Look());
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops; there is nothing to finish.
        }
    }

    private void Publish(IReadOnlyList<MachineFigure> figures)
    {
        foreach (var figure in figures)
        {
            var publication = new Publication { Type = figure.Type, Data = figure.Data, Source = "machine-figures" };
            channels().Tell(new ChannelCommand.Publish(figure.Channel, [publication], Confirm.None, Tag: null, NobodyWaits.Instance));
        }
    }

    /// <summary>Takes replies that nobody asked for.</summary>
    private sealed class NobodyWaits : IActorRef<ChannelReply>
    {
        internal static readonly NobodyWaits Instance = new();

        public ActorPath Path { get; } = new(Parent: null, "machine-figures");

        public void Tell(ChannelReply message)
        {
            // Confirm.None is answered by nothing.
        }
    }
}

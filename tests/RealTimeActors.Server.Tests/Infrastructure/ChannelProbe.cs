using System.Threading.Channels;
using RealTimeActors.Actors;
using RealTimeActors.Engine.Channels;

namespace RealTimeActors.Server.Tests.Infrastructure;

/// <summary>Stands where the channels are and keeps what they are told.</summary>
internal sealed class ChannelProbe : IActorRef<ChannelCommand>
{
    private readonly Channel<ChannelCommand> _told = Channel.CreateUnbounded<ChannelCommand>();

    public ActorPath Path { get; } = new(Parent: null, "probe");

    public void Tell(ChannelCommand message) => _told.Writer.TryWrite(message);

    /// <summary>The next commands, as soon as they are there; within a minute of real time, or the test fails.</summary>
    internal async Task<List<ChannelCommand.Publish>> Published(int count)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var published = new List<ChannelCommand.Publish>();
        while (published.Count < count)
            published.Add(Assert.IsType<ChannelCommand.Publish>(await _told.Reader.ReadAsync(patience.Token)));

        return published;
    }

    internal bool WasToldMore => _told.Reader.TryPeek(out _);
}

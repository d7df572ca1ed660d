using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Telemetry;
using RealTimeActors.Protocol;

namespace RealTimeActors.Edge.HttpApi;

/// <summary>One publish over HTTP from its arrival to its answer: measured, and followed where that is wanted.</summary>
internal readonly struct PublishWatch
{
    private readonly IEngine _engine;

    private PublishWatch(IEngine engine, string channel)
    {
        _engine = engine;
        ReceivedAt = engine.Meters.TakesTime ? engine.System.Time.GetTimestamp() : 0;
        Trace = engine.Traces?.Begin("publish", channel);
    }

    /// <summary>For <see cref="ChannelCommand.Publish.ReceivedAt"/>.</summary>
    internal long ReceivedAt { get; }

    /// <summary>For <see cref="ChannelCommand.Publish.Trace"/>.</summary>
    internal ITrace? Trace { get; }

    internal static PublishWatch Begin(IEngine engine, string channel) => new(engine, channel);

    /// <summary>The channel has answered.</summary>
    internal void End(ChannelReply reply)
    {
        if (ReceivedAt > 0)
            _engine.Meters.Answered("http", _engine.System.Time.GetElapsedTime(ReceivedAt));

        Trace?.End(reply is ChannelReply.Refused { Code: var code } ? ErrorCodes.NameOf(code) : null);
    }
}

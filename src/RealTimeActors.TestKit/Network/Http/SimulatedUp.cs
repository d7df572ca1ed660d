using System.Buffers;
using RealTimeActors.Engine.HttpSessions;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.TestKit.Network.Http;

/// <summary>A request of frames that come up, at the server: its answers go into the answer of the exchange as they come.</summary>
internal sealed class SimulatedUp(IServerExchange? exchange, SimulatedNetwork network, SimulatedLink link) : UpRequest
{
    private bool _isComplete;

    public override int Unread => 0;

    internal bool IsComplete => _isComplete;

    protected override void Write(ServerFrame frame) => Tell(frame);

    protected override void Complete()
    {
        if (_isComplete)
            return;

        _isComplete = true;
        exchange?.End();
        OnComplete?.Invoke();
    }

    /// <summary>Called when there are no more answers, from within what ended them.</summary>
    internal Action? OnComplete { get; init; }

    /// <summary>Writes an answer that the line does not know of.</summary>
    internal void Tell(ServerFrame frame)
    {
        if (_isComplete)
            return;

        var shown = frame.Id == HttpLine.HelloId ? frame with { Id = 0 } : frame;
        network.Tap?.Answered(link, shown);
        var line = new ArrayBufferWriter<byte>(256);
        FrameCodecs.Json.Encode(shown, line);
        exchange?.Body(line.WrittenSpan.ToArray());
    }

    /// <summary>Nobody waits any longer.</summary>
    internal void GiveUp() => Complete();
}

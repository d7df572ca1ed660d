using RealTimeActors.Engine.Connections;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.TestKit.Entropy;

namespace RealTimeActors.TestKit.Network.Http;

/// <summary>A connection that the server opens for a request which fetches what comes down, where the one before is not known any more. Checkers know it by this; a client follows it as the stream that it asked for.</summary>
internal sealed class UnattendedLink(SimulatedNetwork network, SimulatedHttpLink askedBy, int number, SeededEntropy entropy)
    : SimulatedLink(network, null, WireFormat.JsonLines, number, askedBy.Label, entropy), ILineEnd
{
    public override SimulatedWay Way { get; } = askedBy.Way;

    public override long BytesUnread => 0;

    public override int WindowUsed => 0;

    public override IConnection? Connection => Line?.Connection;

    public SimulatedLine? Line { get; set; }

    public override void Send(ClientFrame frame) { }

    public override void SetReading(bool isReading) { }

    public override void Close() { }

    /// <summary>What can break are requests, and those are the client's.</summary>
    public override void Cut() { }

    internal override void ServerVanished() => Network.Remove(this);

    private protected override void StopReading() { }
}

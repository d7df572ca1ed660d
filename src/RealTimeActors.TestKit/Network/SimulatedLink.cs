using RealTimeActors.Engine.Connections;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.TestKit.Entropy;

namespace RealTimeActors.TestKit.Network;

/// <summary>One simulated connection of one client, over whatever transport. The members here are the client's, and those by which a checker knows it.</summary>
public abstract class SimulatedLink : IDisposable
{
    private readonly ISimulatedPeer? _peer;

    /// <param name="network">Where it is.</param>
    /// <param name="peer">The client's end; null: nobody is told anything.</param>
    /// <param name="format">The encoding of both directions.</param>
    /// <param name="number">Numbers the attempts to connect.</param>
    /// <param name="label">Whose it is.</param>
    /// <param name="entropy">Its chance.</param>
    private protected SimulatedLink(SimulatedNetwork network, ISimulatedPeer? peer, WireFormat format, int number, string label, SeededEntropy entropy)
    {
        Network = network;
        _peer = peer;
        Chance = entropy.Numbers;
        Number = number;
        Label = label;
        Format = format;
    }

    /// <summary>Numbers the attempts to connect, 1, 2, 3 …</summary>
    public int Number { get; }

    /// <summary>Whose it is.</summary>
    public string Label { get; }

    /// <summary>The encoding of both directions.</summary>
    public WireFormat Format { get; }

    /// <summary>What it goes over.</summary>
    public abstract SimulatedWay Way { get; }

    /// <summary>Whether the client's end is open.</summary>
    public bool IsOpen { get; private protected set; }

    /// <summary>Bytes that the server handed over and the client has not read.</summary>
    public abstract long BytesUnread { get; }

    /// <summary>Bytes that the server has received and not said to have dealt with.</summary>
    public abstract int WindowUsed { get; }

    /// <summary>The engine's end of it, while there is one.</summary>
    public abstract IConnection? Connection { get; }

    /// <summary>The node that has it; null: none yet.</summary>
    public string? Host { get; internal set; }

    internal bool IsEnded { get; private protected set; }

    internal SimulatedNetwork Network { get; }

    private protected Xoshiro256 Chance { get; }

    /// <summary>Sends a frame.</summary>
    public abstract void Send(ClientFrame frame);

    /// <summary>The client stops or begins to read. What it does not read fills the server's buffer.</summary>
    public abstract void SetReading(bool isReading);

    /// <summary>The client closes: what it sent arrives, then the end.</summary>
    public abstract void Close();

    /// <summary>The connection breaks, or a part of what it is made of. In both directions some of the bytes under way still arrive, up to any byte.</summary>
    public abstract void Cut();

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Nobody connects to it any more.</summary>
    private protected virtual void Dispose(bool isDisposing) { }

    internal TimeSpan Latency() => Network.Latency(Chance);

    internal void After(TimeSpan delay, Action act) => Network.After(delay, act);

    internal abstract void ServerVanished();

    internal void EndClient(int? code)
    {
        if (IsEnded)
            return;

        IsEnded = true;
        IsOpen = false;
        StopReading();
        _peer?.Ended(this, code);
    }

    /// <summary>Nothing that still comes is looked at.</summary>
    private protected abstract void StopReading();

    private protected void TellOpened()
    {
        IsOpen = true;
        _peer?.Opened(this);
    }

    internal void Deliver(ServerFrame frame)
    {
        if (IsOpen)
            _peer?.Received(this, frame);
    }
}

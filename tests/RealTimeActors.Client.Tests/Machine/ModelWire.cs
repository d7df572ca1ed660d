using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Tests.Machine;

/// <summary>Frames on their way over one connection.</summary>
internal sealed class ModelWire(int connection)
{
    internal int Connection { get; } = connection;

    internal Queue<ServerFrame> ToClient { get; } = new();

    internal Queue<ClientFrame> ToServer { get; } = new();
}

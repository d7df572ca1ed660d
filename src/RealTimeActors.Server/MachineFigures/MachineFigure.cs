using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Server.MachineFigures;

/// <summary>One figure, ready to be published.</summary>
/// <param name="Channel">Where it belongs.</param>
/// <param name="Type">The type of the event, as <c>machine.cpu</c>.</param>
/// <param name="Data">A flat JSON object.</param>
internal sealed record MachineFigure(ChannelName Channel, string Type, ReadOnlyMemory<byte> Data);

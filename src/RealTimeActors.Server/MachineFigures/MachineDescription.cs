namespace RealTimeActors.Server.MachineFigures;

/// <summary>What the live page is told before it subscribes: <c>GET /page/machine.json</c>.</summary>
/// <param name="Host">The machine's name, as it stands in the channel names.</param>
/// <param name="Enabled">Whether figures are published at all.</param>
/// <param name="EveryMs">Milliseconds between two events of one channel.</param>
/// <param name="Channels">The channels to follow; empty when nothing is published.</param>
internal sealed record MachineDescription(string Host, bool Enabled, long EveryMs, IReadOnlyList<string> Channels);

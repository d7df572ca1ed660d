using RealTimeActors.Protocol;

namespace RealTimeActors.Engine.Inspection;

/// <summary>A connection, as it is told of.</summary>
/// <param name="Id">Which connection.</param>
/// <param name="Remote">Who is at the other end, as far as it is known.</param>
/// <param name="Transport">One of <see cref="Connections.TransportNames"/>.</param>
/// <param name="Format">The encoding.</param>
/// <param name="Client">What the client said of itself in its hello.</param>
/// <param name="ConnectedUnixMs">Since when, Unix milliseconds.</param>
public sealed record ConnectionView(string Id, string Remote, string Transport, WireFormat Format, string? Client, long ConnectedUnixMs);

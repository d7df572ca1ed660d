using System.IO.Pipelines;
using System.Net.Sockets;

namespace RealTimeActors.Edge.WebSockets;

/// <summary>A connection after its upgrade: the bytes in, and two ways out.</summary>
/// <param name="Input">What the client sends. Holds no buffer while nothing comes.</param>
/// <param name="Stream">The server's own way out.</param>
/// <param name="Socket">The socket behind it; null where it must not be written to directly (TLS, or no socket at all).</param>
/// <param name="Remote">Who is at the other end, for logs.</param>
/// <param name="Abort">Ends the connection at once.</param>
internal sealed record UpgradedConnection(PipeReader Input, Stream Stream, Socket? Socket, string Remote, Action Abort);

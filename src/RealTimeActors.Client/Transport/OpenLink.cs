using RealTimeActors.Client.Running;

namespace RealTimeActors.Client.Transport;

/// <summary>Begins to open a transport; the loop is told what comes of it.</summary>
/// <param name="connection">The machine's number for it.</param>
/// <param name="endpoint">Where to.</param>
/// <param name="loop">Who is told.</param>
internal delegate ILink OpenLink(int connection, string endpoint, ClientLoop loop);

using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using RealTimeActors.Edge.Admission;

namespace RealTimeActors.Edge.WebSockets.Direct;

/// <summary>Listens for Kestrel, and keeps the WebSockets for itself (<see cref="DirectListener"/>). Only for plain TCP: what comes encrypted cannot be looked at.</summary>
internal sealed class DirectListenerFactory(DirectEntrance entrance, ConnectionGate connections, EdgeOptions options, ILogger<DirectListener> log)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector, IDisposable
{
    private const int WaitingMax = 512;

    // What the server reads ahead of us, per connection, is bounded as it was: with more, a stalled Core would buffer more than its window.
    private readonly SocketConnectionContextFactory _contexts = new(new SocketConnectionFactoryOptions { MaxReadBufferSize = 65_536 }, log);

    public bool CanBind(EndPoint endpoint) => endpoint is IPEndPoint;

    /// <exception cref="AddressInUseException">Another process listens there.</exception>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        Socket listen;
        try
        {
            listen = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
            listen.Listen(WaitingMax);
        }
        catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            // In the words that Kestrel's own transport has for it: whoever starts the server knows them.
            throw new AddressInUseException(taken.Message, taken);
        }

        return ValueTask.FromResult<IConnectionListener>(new DirectListener(listen, entrance, connections, _contexts, options.ConnectionsMax, log));
    }

    public void Dispose() => _contexts.Dispose();
}

using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using RealTimeActors.Edge.Admission;

namespace RealTimeActors.Edge.WebSockets.Direct;

/// <summary>
/// Listens on a plain TCP port. A connection whose first bytes are a WebSocket handshake that may be taken is run on its socket; Kestrel gets every other.
/// </summary>
/// <remarks>Kestrel keeps some 12 KB for each connection that is upgraded: a request that never ends, with its context, features, headers, middlewares and two pipes.</remarks>
internal sealed partial class DirectListener : IConnectionListener
{
    private static readonly TimeSpan _lookEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _pauseWithoutFiles = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly Socket _listen;
    private readonly ConnectionGate _connections;
    private readonly SocketConnectionContextFactory _contexts;
    private readonly ILogger _log;
    private readonly int _newcomersMax;
    private readonly Channel<ConnectionContext> _forKestrel = Channel.CreateUnbounded<ConnectionContext>(new UnboundedChannelOptions { SingleReader = true });
    private readonly HashSet<Newcomer> _newcomers = [];
    private readonly ITimer _look;
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DirectTransport? _youngest;
    private bool _isOver;

    internal DirectListener(Socket listen, DirectEntrance entrance, ConnectionGate connections, SocketConnectionContextFactory contexts, int newcomersMax, ILogger log)
    {
        _listen = listen;
        _connections = connections;
        _contexts = contexts;
        _newcomersMax = newcomersMax;
        _log = log;
        Entrance = entrance;
        EndPoint = listen.LocalEndPoint!;
        _look = Time.CreateTimer(static listener => ((DirectListener)listener!).DropOverdue(), this, _lookEvery, _lookEvery);
        _ = AcceptAllAsync();
    }

    public EndPoint EndPoint { get; }

    internal DirectEntrance Entrance { get; }

    internal TimeProvider Time => _connections.Time;

    /// <summary>Who is at the other end of a socket, for logs.</summary>
    internal static string RemoteOf(Socket socket)
    {
        try
        {
            return socket.RemoteEndPoint is IPEndPoint remote ? $"{remote.Address}:{remote.Port}" : "?";
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            return "?";
        }
    }

    /// <summary>The next connection that is Kestrel's; null when there will be none any more.</summary>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
        await _forKestrel.Reader.WaitToReadAsync(cancellationToken) && _forKestrel.Reader.TryRead(out var connection) ? connection : null;

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _listen.Dispose();
        _forKestrel.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    /// <summary>Ends what is left: whoever wanted it ended in good order has seen to that before.</summary>
    public async ValueTask DisposeAsync()
    {
        await UnbindAsync();
        await _look.DisposeAsync();
        DirectTransport? transport;
        lock (_gate)
        {
            _isOver = true;
            foreach (var newcomer in _newcomers)
                newcomer.Abort();

            for (transport = _youngest; transport is not null; transport = transport.Elder)
                transport.Abort();

            if (_youngest is null)
                _empty.TrySetResult();
        }

        await _empty.Task;
    }

    /// <summary>A handshake was taken: the connection is on its own from here on.</summary>
    internal void Taken(Newcomer newcomer, DirectTransport transport)
    {
        newcomer.Arrival.RequestCame();
        lock (_gate)
        {
            _newcomers.Remove(newcomer);
            transport.Elder = _youngest;
            if (_youngest is not null)
                _youngest.Younger = transport;

            _youngest = transport;
            if (_isOver)
                transport.Abort();
        }
    }

    /// <summary>It ended before it began.</summary>
    internal void Lost(DirectTransport transport)
    {
        transport.Abort();
        Ended(transport);
    }

    /// <summary>Nothing of the connection is under way any more.</summary>
    internal void Ended(DirectTransport transport)
    {
        transport.Rules.Budget.GiveBack();
        transport.Arrival.Leave();
        lock (_gate)
        {
            if (transport.Younger is not null)
                transport.Younger.Elder = transport.Elder;
            else
                _youngest = transport.Elder;

            if (transport.Elder is not null)
                transport.Elder.Younger = transport.Younger;

            transport.Elder = transport.Younger = null;
            if (_isOver && _youngest is null)
                _empty.TrySetResult();
        }
    }

    /// <summary>Kestrel goes on with it, from its first byte and with the time that is left of its handshake.</summary>
    internal void GiveToKestrel(Newcomer newcomer, ReadableSocket socket)
    {
        Forget(newcomer);
        socket.Dispose();
        var connection = _contexts.Create(socket.Socket);
        connection.Features.Set<IMemoryPoolFeature>(BlockPool.Instance);
        newcomer.Arrival.GoOnAs(connection);
        if (!_forKestrel.Writer.TryWrite(connection))
        {
            newcomer.Arrival.Leave();
            connection.Abort(new ConnectionAbortedException("The server stops."));
        }
    }

    /// <summary>It has ended without a word, or its time was over.</summary>
    internal void Dropped(Newcomer newcomer, ReadableSocket socket)
    {
        Forget(newcomer);
        newcomer.Arrival.Leave();
        socket.Abort();
        socket.Dispose();
    }

    /// <summary>One connection has ended by a fault of the server's.</summary>
    internal void Failed(Exception fault) => ConnectionFailed(_log, fault);

    private async Task AcceptAllAsync()
    {
        while (true)
        {
            try
            {
                Arrive(await _listen.AcceptAsync());
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException ended) when (ended.SocketErrorCode == SocketError.OperationAborted)
            {
                return;
            }
            catch (SocketException noMore) when (noMore.SocketErrorCode is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable)
            {
                // Until some end there is nothing to be had; asking at once again would take a core.
                NoMoreFiles(_log, noMore.SocketErrorCode);
                await Task.Delay(_pauseWithoutFiles, Time);
            }
            catch (SocketException)
            {
                // It was reset while it waited to be accepted.
            }
            catch (Exception fault)
            {
                ConnectionFailed(_log, fault);
            }
        }
    }

    private void Arrive(Socket socket)
    {
        try
        {
            socket.NoDelay = true;
        }
        catch (SocketException)
        {
            // It was reset while it waited to be accepted.
            socket.Dispose();
            return;
        }

        if (_connections.Enter(socket.RemoteEndPoint) is not { } arrival)
        {
            socket.Dispose();
            return;
        }

        var newcomer = new Newcomer(this, new ReadableSocket(socket), arrival);
        bool isTooMany;
        lock (_gate)
        {
            isTooMany = _isOver || _newcomers.Count >= _newcomersMax;
            if (!isTooMany)
                _newcomers.Add(newcomer);
        }

        if (!isTooMany)
        {
            newcomer.Begin();
            return;
        }

        arrival.Leave();
        socket.Dispose();
    }

    private void Forget(Newcomer newcomer)
    {
        lock (_gate)
            _newcomers.Remove(newcomer);
    }

    private void DropOverdue()
    {
        lock (_gate)
        {
            foreach (var newcomer in _newcomers)
            {
                // Whoever waits for it is told by its socket, and takes it out.
                if (newcomer.Arrival.IsOverdue)
                    newcomer.Abort();
            }
        }
    }

    [LoggerMessage(EventId = 2121, Level = LogLevel.Error, Message = "A connection failed")]
    private static partial void ConnectionFailed(ILogger log, Exception fault);

    [LoggerMessage(EventId = 2122, Level = LogLevel.Warning, Message = "No connection can be accepted now: {Error}; raise the limit of open files (ulimit -n)")]
    private static partial void NoMoreFiles(ILogger log, SocketError error);
}

using System.Net;
using System.Net.Sockets;

namespace RealTimeActors.Sharding.Tcp.Tests.Support;

/// <summary>Stands between two nodes: passes on what comes, remembers what the caller said, and can stop passing anything on without telling anybody.</summary>
internal sealed class Relay : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _port;
    private readonly List<Socket> _sockets = [];
    private readonly MemoryStream _said = new();
    private volatile bool _isCut;

    internal Relay(int port)
    {
        _port = port;
        _listener.Start();
        _ = AcceptAsync();
    }

    internal string Address => $"{_listener.LocalEndpoint}";

    /// <summary>What the callers said, all together.</summary>
    internal byte[] Said
    {
        get
        {
            lock (_sockets)
                return _said.ToArray();
        }
    }

    /// <summary>From now on nothing comes through, and nobody is told.</summary>
    internal void Cut() => _isCut = true;

    public void Dispose()
    {
        _listener.Dispose();
        lock (_sockets)
            _sockets.ForEach(socket => socket.Dispose());

        _said.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var caller = await _listener.AcceptSocketAsync();
                var called = new Socket(SocketType.Stream, ProtocolType.Tcp);
                lock (_sockets)
                    _sockets.AddRange([caller, called]);

                await called.ConnectAsync(IPAddress.Loopback, _port);
                _ = PassAsync(caller, called, remembers: true);
                _ = PassAsync(called, caller, remembers: false);
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task PassAsync(Socket from, Socket to, bool remembers)
    {
        var buffer = new byte[65_536];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var read)
            {
                if (_isCut)
                    continue;

                if (remembers)
                {
                    lock (_sockets)
                        _said.Write(buffer, 0, read);
                }

                await to.SendAsync(buffer.AsMemory(0, read));
            }

            if (!_isCut)
                to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            if (!_isCut)
                to.Dispose();
        }
    }
}

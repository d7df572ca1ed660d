using System.Net;
using System.Net.Sockets;

namespace RealTimeActors.EndToEnd.Tests.Transports;

/// <summary>Stands between a client and the server, and cuts each connection when so many bytes went through it in the one or the other direction. Each has a number of its own.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _serverPort;
    private readonly Queue<(long Down, long Up)> _cuts = new();
    private readonly Task _accepting;

    internal CuttingProxy(int serverPort)
    {
        _serverPort = serverPort;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    internal int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    internal int Cuts { get; private set; }

    /// <summary>The next connection ends after so many bytes of the server's, or of the client's. Without any the connections are whole.</summary>
    internal void CutNext(long down = long.MaxValue, long up = long.MaxValue)
    {
        lock (_cuts)
            _cuts.Enqueue((down, up));
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = RunAsync(await _listener.AcceptSocketAsync());
        }
        catch (SocketException)
        {
            // Stopped.
        }
    }

    private async Task RunAsync(Socket client)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using (client)
        {
            (long Down, long Up) cut = (long.MaxValue, long.MaxValue);
            lock (_cuts)
            {
                if (_cuts.TryDequeue(out var next))
                    cut = next;
            }

            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _serverPort);
                await Task.WhenAny(PassAsync(server, client, cut.Down), PassAsync(client, server, cut.Up));
            }
            catch (SocketException)
            {
                // One of them is gone; the other one learns of it now.
            }
        }
    }

    private async Task PassAsync(Socket from, Socket to, long left)
    {
        var buffer = new byte[4_096];
        try
        {
            while (left > 0)
            {
                var count = await from.ReceiveAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)));
                if (count == 0)
                    return;

                for (var sent = 0; sent < count;)
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent));

                left -= count;
            }

            Cuts++;
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // The end, too.
        }
    }
}

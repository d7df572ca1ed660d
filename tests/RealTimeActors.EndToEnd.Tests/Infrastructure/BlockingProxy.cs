using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RealTimeActors.EndToEnd.Tests.Infrastructure;

/// <summary>Stands between a browser and the server as proxies do in offices: plain HTTP passes, and a WebSocket is answered by 403 as long as it is told to.</summary>
public sealed class BlockingProxy : IAsyncDisposable
{
    private const int HeadBytesMax = 64 * 1024;
    private static readonly byte[] _refusal = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray();
    private readonly ConcurrentDictionary<TcpClient, bool> _open = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly int _targetPort;
    private readonly Task _accepting;
    private volatile bool _blocks;

    public BlockingProxy(ServerProcess server, bool blocks)
        : this(server.Port, blocks)
    {
    }

    public BlockingProxy(int targetPort, bool blocks)
    {
        _targetPort = targetPort;
        _blocks = blocks;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens, with a slash at the end.</summary>
    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    /// <summary>From now on WebSockets are refused; those that are open are broken.</summary>
    public void Block()
    {
        _blocks = true;
        foreach (var (client, _) in _open)
            client.Dispose();
    }

    /// <summary>From now on everything passes.</summary>
    public void Unblock() => _blocks = false;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Stop();
        Block();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = PassAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (OperationCanceledException)
        {
            // It is stopped.
        }
    }

    private async Task PassAsync(TcpClient client)
    {
        using var server = new TcpClient();
        _open[client] = true;
        try
        {
            var head = await ReadHeadAsync(client.GetStream());
            if (_blocks && head.Text.Contains("\r\nUpgrade: websocket\r\n", StringComparison.OrdinalIgnoreCase))
            {
                await client.GetStream().WriteAsync(_refusal);
                return;
            }

            await server.ConnectAsync(IPAddress.Loopback, _targetPort);
            await server.GetStream().WriteAsync(head.Bytes);
            await Task.WhenAny(client.GetStream().CopyToAsync(server.GetStream()), server.GetStream().CopyToAsync(client.GetStream()));
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // One of the two has gone, or was broken on purpose.
        }
        finally
        {
            _open.TryRemove(client, out _);
            client.Dispose();
        }
    }

    private static async Task<(ReadOnlyMemory<byte> Bytes, string Text)> ReadHeadAsync(NetworkStream from)
    {
        var buffer = new byte[HeadBytesMax];
        for (var count = 0; count < buffer.Length;)
        {
            var read = await from.ReadAsync(buffer.AsMemory(count));
            if (read == 0)
                throw new IOException("The browser has gone.");

            count += read;
            var text = Encoding.ASCII.GetString(buffer, 0, count);
            if (text.Contains("\r\n\r\n", StringComparison.Ordinal))
                return (buffer.AsMemory(0, count), text);
        }

        throw new IOException($"A request's head of at most {HeadBytesMax} bytes is expected.");
    }
}

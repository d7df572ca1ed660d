using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace RealTimeActors.Hammer.Cluster.Wires;

/// <summary>
/// Stands before what somebody listens on, and passes on what the gates let through, the end of a connection included. It needs no privileges. Whoever is behind it and is gone
/// has to be told of (<see cref="Close"/>): callers then are refused, as they would be without it.
/// </summary>
internal sealed class GatedProxy : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Socket, bool> _open = new();
    private readonly Gates _gates;
    private readonly string _owner;
    private readonly int _targetPort;
    private readonly Func<int, string?> _callerAt;
    private TcpListener? _listener;
    private Task _accepting = Task.CompletedTask;
    private volatile bool _isOver;

    /// <summary>Listens.</summary>
    /// <param name="gates">What may pass.</param>
    /// <param name="owner">Who is behind it.</param>
    /// <param name="targetPort">Where he listens, on loopback.</param>
    /// <param name="callerAt">Who calls from this port of loopback; null: nobody who is known, and the call is ended.</param>
    internal GatedProxy(Gates gates, string owner, int targetPort, Func<int, string?> callerAt)
    {
        _gates = gates;
        _owner = owner;
        _targetPort = targetPort;
        _callerAt = callerAt;
        Port = FreePorts.Take();
        Listen();
    }

    internal int Port { get; }

    internal void Listen()
    {
        if (_listener is not null)
            return;

        var listener = new TcpListener(IPAddress.Loopback, Port);
        listener.Start();
        _listener = listener;
        _accepting = AcceptAsync(listener);
    }

    /// <summary>Who calls is refused from now on. Connections that are there end by themselves.</summary>
    internal void Close()
    {
        _listener?.Stop();
        _listener = null;
    }

    public async ValueTask DisposeAsync()
    {
        _isOver = true;
        Close();
        await _accepting;
        foreach (var socket in _open.Keys)
            socket.Dispose();
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
                _ = RunAsync(await listener.AcceptSocketAsync());
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
        {
            // Closed.
        }
    }

    private async Task RunAsync(Socket caller)
    {
        using var target = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        caller.NoDelay = true;
        (_open[caller], _open[target]) = (true, true);
        try
        {
            if (_callerAt(((IPEndPoint)caller.RemoteEndPoint!).Port) is not { } who)
                return;

            await _gates.Between(who, _owner).PassAsync();
            await target.ConnectAsync(IPAddress.Loopback, _targetPort);
            await Task.WhenAll(PassAsync(caller, target, _gates.Between(who, _owner)), PassAsync(target, caller, _gates.Between(_owner, who)));
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // Nobody is there, or it is over.
        }
        finally
        {
            _open.TryRemove(caller, out _);
            _open.TryRemove(target, out _);
            caller.Dispose();
        }
    }

    private async Task PassAsync(Socket from, Socket to, Gate gate)
    {
        var buffer = new byte[64 << 10];
        try
        {
            while (true)
            {
                var count = await from.ReceiveAsync(buffer.AsMemory());
                await gate.PassAsync();
                if (count == 0)
                    break;

                for (var sent = 0; sent < count;)
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent));
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
        {
            // A connection that broke is broken for the other end, too, as soon as it can be told.
            if (!_isOver)
                await gate.PassAsync();
            from.Dispose();
            to.Dispose();
        }
    }
}

using System.Net.Sockets;

namespace RealTimeActors.Sharding.Tcp;

/// <summary>A connection that was taken and has not proven yet who it is.</summary>
internal sealed class PendingCall(Socket socket, TimeSpan within, TimeProvider time) : IDisposable
{
    private readonly CancellationTokenSource _over = new(within, time);

    internal Socket Socket { get; } = socket;

    /// <summary>The connection as it is spoken on, with TLS or without.</summary>
    internal Stream? Stream { get; set; }

    internal string From { get; } = EndPointOf(socket);

    /// <summary>It was ended because too many were waiting.</summary>
    internal bool IsEvicted { get; private set; }

    /// <summary>Cancelled when its time is over.</summary>
    internal CancellationToken Over => _over.Token;

    internal void Evict()
    {
        IsEvicted = true;

        // Not here and now: whoever calls holds the lock that ending needs.
        _ = _over.CancelAsync();
    }

    public void Dispose() => _over.Dispose();

    private static string EndPointOf(Socket socket)
    {
        try
        {
            return $"{socket.RemoteEndPoint}";
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            return "somebody who has gone";
        }
    }
}

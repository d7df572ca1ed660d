using System.Net.Sockets;

namespace RealTimeActors.Edge.WebSockets.Direct;

/// <summary>A socket, and the one operation that waits for something to read on it: a read of no bytes, so that no buffer is held meanwhile.</summary>
internal sealed class ReadableSocket : SocketAsyncEventArgs
{
    internal ReadableSocket(Socket socket)
        // true: without the execution context of whoever happens to wait.
        : base(true)
    {
        Socket = socket;
        SetBuffer(Memory<byte>.Empty);
    }

    internal Socket Socket { get; }

    /// <summary>Who is told.</summary>
    internal IReader? Reader { get; set; }

    /// <summary>Whether the socket has ended, as far as the last wait knows.</summary>
    internal bool HasFailed => SocketError != SocketError.Success;

    /// <summary>Waits: true when the reader will be told; false when there is something already.</summary>
    internal bool IsPending()
    {
        try
        {
            return Socket.ReceiveAsync(this);
        }
        catch (ObjectDisposedException)
        {
            SocketError = SocketError.OperationAborted;
            return false;
        }
    }

    /// <summary>Takes what is there, without waiting. Less than nothing: it has ended, or failed.</summary>
    /// <param name="into">Where to.</param>
    /// <param name="flags">Peek leaves it there.</param>
    internal int Take(Span<byte> into, SocketFlags flags = SocketFlags.None)
    {
        try
        {
            var count = Socket.Receive(into, flags, out var error);
            return error switch
            {
                SocketError.Success => count > 0 ? count : -1,
                SocketError.WouldBlock => 0,
                _ => -1,
            };
        }
        catch (ObjectDisposedException)
        {
            return -1;
        }
    }

    /// <summary>Ends it at once, from any thread, and drops what the peer has not taken (it may never): whoever waits is told, whoever reads gets nothing.</summary>
    internal void Abort()
    {
        try
        {
            Socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // The peer was faster.
        }

        Socket.Dispose();
    }

    protected override void OnCompleted(SocketAsyncEventArgs e) => Reader?.OnReadable();
}

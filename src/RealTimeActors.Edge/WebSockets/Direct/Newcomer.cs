using System.Buffers;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using RealTimeActors.Edge.Admission;

namespace RealTimeActors.Edge.WebSockets.Direct;

/// <summary>A connection until its first bytes have told whose it is: ours, if they are a whole handshake that is taken, and else Kestrel's, with every byte.</summary>
internal sealed class Newcomer(DirectListener listener, ReadableSocket socket, Arrival arrival) : IReader
{
    internal Arrival Arrival => arrival;

    /// <summary>Waits for the first bytes.</summary>
    internal void Begin()
    {
        socket.Reader = this;
        if (!socket.IsPending())
            OnReadable();
    }

    public void OnReadable() => _ = JudgeAsync();

    /// <summary>Its time is over, or the server stops.</summary>
    internal void Abort() => socket.Abort();

    private async Task JudgeAsync()
    {
        try
        {
            if (socket.HasFailed)
                listener.Dropped(this, socket);
            else if (Read() is not { } request)
                listener.GiveToKestrel(this, socket);
            else if (await listener.Entrance.AdmitAsync(request.Headers) is not { } admission)
                listener.GiveToKestrel(this, socket);
            else
                Take(admission, request.Bytes);
        }
        catch (Exception fault)
        {
            listener.Failed(fault);
            listener.Dropped(this, socket);
        }
    }

    private (IHeaderDictionary Headers, int Bytes)? Read()
    {
        if (listener.Entrance.Path is not { } path)
            return null;

        var buffer = ArrayPool<byte>.Shared.Rent(RequestHead.BytesMax);
        try
        {
            // Looked at, not taken: Kestrel begins at the first byte, too.
            var count = socket.Take(buffer, SocketFlags.Peek);
            if (count <= 0 || !RequestHead.TryRead(buffer.AsSpan(0, count), path, out var headers))
                return null;

            // As a whole: from here on it is bounded by what it asks for.
            arrival.RequestCame();
            return (headers, count);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Take(DirectEntrance.Admission admission, int bytes)
    {
        DirectTransport transport;
        try
        {
            transport = new DirectTransport(listener, socket, admission, arrival);
        }
        catch
        {
            // Judged overdue in this very moment: its place is given back here, because nobody else knows of it yet.
            admission.Rules.Budget.GiveBack();
            throw;
        }

        listener.Taken(this, transport);
        try
        {
            if (TrySkip(bytes) && TryAnswer(admission.Handshake))
            {
                transport.Begin();
                return;
            }
        }
        catch (Exception fault)
        {
            listener.Failed(fault);
        }

        listener.Lost(transport);
    }

    /// <summary>Takes the head that was looked at, and no byte more.</summary>
    private bool TrySkip(int bytes)
    {
        Span<byte> head = stackalloc byte[512];
        while (bytes > 0)
        {
            var count = socket.Take(head[..Math.Min(bytes, head.Length)]);
            if (count <= 0)
                return false;

            bytes -= count;
        }

        return true;
    }

    /// <summary>The first bytes on a fresh socket: it takes them all, or it is gone.</summary>
    private bool TryAnswer(Handshake handshake)
    {
        var answer = Encoding.ASCII.GetBytes(
            $"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nDate: {listener.Time.GetUtcNow():R}\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {handshake.Accept}\r\n"
            + (handshake.Subprotocol is null ? "" : $"Sec-WebSocket-Protocol: {handshake.Subprotocol}\r\n")
            + (handshake.Extensions is null ? "\r\n" : $"Sec-WebSocket-Extensions: {handshake.Extensions}\r\n\r\n"));
        try
        {
            return socket.Socket.Send(answer, SocketFlags.None, out var error) == answer.Length && error == SocketError.Success;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }
}

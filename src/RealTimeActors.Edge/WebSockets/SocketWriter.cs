using System.Buffers;
using System.Net.Sockets;
using RealTimeActors.Protocol.Framing;

namespace RealTimeActors.Edge.WebSockets;

/// <summary>Writes straight to the connection's socket, past the server's response pipe (which costs a third of the throughput and a hop).</summary>
/// <remarks>
/// The socket is non-blocking. When it is full, the rest of the message that was cut is copied to a rented buffer and sent by one asynchronous operation; its
/// completion is the sign that the socket takes bytes again. (An asynchronous send of no bytes completes at once on Linux, whether the socket is full or not.)
/// </remarks>
internal sealed class SocketWriter : WireWriter
{
    private const int TcpLevel = 6;
    private const int NotSentLowWater = 25;

    private readonly Lock _gate;
    private readonly Socket _socket;
    private RestOfMessage? _rest;
    private byte[]? _last;
    private bool _refused;
    private bool _ended;
    private bool _failed;
    private TaskCompletionSource? _idle;

    /// <param name="owner">Told how it stands.</param>
    /// <param name="socket">Is made non-blocking.</param>
    /// <param name="unsentBytesMax">What the kernel takes beyond what is on its way; 0: as much as it likes, which may be megabytes that a critical event would wait behind.</param>
    /// <param name="gate">Shared with the rest of the transport, so that a connection has one lock and not three.</param>
    internal SocketWriter(IWireOwner owner, Socket socket, int unsentBytesMax, Lock gate)
        : base(owner)
    {
        _gate = gate;
        _socket = socket;
        // The server's own transport only uses asynchronous operations on it, and these do not care.
        _socket.Blocking = false;
        BoundUnsent(socket, unsentBytesMax);
    }

    /// <summary>Has the kernel take only so many bytes beyond those that are on their way; 0: as many as it likes.</summary>
    internal static void BoundUnsent(Socket socket, int bytesMax)
    {
        if (bytesMax > 0 && OperatingSystem.IsLinux())
            socket.SetRawSocketOption(TcpLevel, NotSentLowWater, BitConverter.GetBytes(bytesMax));
    }

    internal override int Send(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (_ended)
                return bytes.Length;

            if (_rest is not null)
            {
                _refused = true;
                return 0;
            }

            var taken = SendNow(bytes);
            _refused = taken < bytes.Length;
            return taken;
        }
    }

    internal override void SendLast(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (_ended)
                return;

            _ended = true;
            if (_rest is not null)
            {
                _last = bytes.ToArray();
                return;
            }

            SendNow(bytes);
            if (_rest is null)
                ShutdownSend();
        }
    }

    internal override Task EndAsync()
    {
        lock (_gate)
        {
            _ended = true;
            if (_rest is null)
                return Task.CompletedTask;

            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task;
        }
    }

    /// <summary>Under the gate: sends what the socket takes, and starts an operation for the rest of the message that it cut.</summary>
    private int SendNow(ReadOnlySpan<byte> bytes)
    {
        var sent = 0;
        while (sent < bytes.Length)
        {
            var now = TrySend(bytes[sent..], out var error);
            if (error == SocketError.WouldBlock)
            {
                var end = MessageBounds.EndOfMessageAt(bytes, sent);
                if (StartRest(bytes[sent..end]))
                    return end;

                sent = end;
            }
            else if (error == SocketError.Success)
            {
                sent += now;
            }
            else
            {
                Fail();
            }

            if (_failed)
                return bytes.Length;
        }

        return sent;
    }

    private int TrySend(ReadOnlySpan<byte> bytes, out SocketError error)
    {
        try
        {
            return _socket.Send(bytes, SocketFlags.None, out error);
        }
        catch (ObjectDisposedException)
        {
            error = SocketError.OperationAborted;
            return 0;
        }
    }

    /// <summary>Whether the operation is under way; false: it is over already.</summary>
    private bool StartRest(ReadOnlySpan<byte> bytes)
    {
        var rest = new RestOfMessage(this, bytes);
        _rest = rest;
        try
        {
            if (_socket.SendAsync(rest))
                return true;
        }
        catch (ObjectDisposedException)
        {
            rest.SocketError = SocketError.OperationAborted;
        }

        FinishRest(rest);
        return false;
    }

    /// <summary>Under the gate: the operation is over. Goes on with the close frame where one waits.</summary>
    private void FinishRest(RestOfMessage rest)
    {
        var failed = rest.SocketError != SocketError.Success;
        rest.Release();
        _rest = null;

        if (failed)
        {
            Fail();
        }
        else if (_last is { } last)
        {
            _last = null;
            SendNow(last);
            if (_rest is null)
                ShutdownSend();
        }

        if (_rest is null)
            _idle?.TrySetResult();
    }

    private void OnRestCompleted(RestOfMessage rest)
    {
        bool tell;
        lock (_gate)
        {
            FinishRest(rest);
            tell = _refused && !_ended && _rest is null;
            if (tell)
                _refused = false;
        }

        if (tell)
            Owner.OnWritable();
    }

    private void Fail()
    {
        if (_failed)
            return;

        _failed = true;
        _ended = true;
        _last = null;
        // Not under the gate: whoever hears of it may come back here.
        ThreadPool.UnsafeQueueUserWorkItem(static owner => owner.OnFailed(), Owner, preferLocal: false);
    }

    private void ShutdownSend()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // The peer was faster; the reader learns of it.
        }
    }

    private sealed class RestOfMessage : SocketAsyncEventArgs
    {
        private readonly SocketWriter _writer;
        private readonly byte[] _rented;

        internal RestOfMessage(SocketWriter writer, ReadOnlySpan<byte> bytes)
            // true: without the execution context of whoever happens to send.
            : base(true)
        {
            _writer = writer;
            _rented = ArrayPool<byte>.Shared.Rent(bytes.Length);
            bytes.CopyTo(_rented);
            SetBuffer(_rented, 0, bytes.Length);
        }

        internal void Release()
        {
            Dispose();
            ArrayPool<byte>.Shared.Return(_rented);
        }

        protected override void OnCompleted(SocketAsyncEventArgs e) => _writer.OnRestCompleted(this);
    }
}

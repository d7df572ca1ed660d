using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace RealTimeActors.Benchmarks.Load;

/// <summary>
/// Reads WebSocket frames in place, hands their payload to the dialect and publishes what may be published: one recv per ready socket, one
/// send per publisher with room, no allocation, no thread but the caller's.
/// </summary>
internal sealed unsafe class LoadLoop<TDialect>(TDialect dialect, int port) : LoadLoop
    where TDialect : struct, IDialect
{
    private const int ReadMax = 512 * 1024;
    private const int CarryMax = 2 * 1024 * 1024;

    private readonly Epoll _epoll = new();
    private readonly byte* _buffer = (byte*)NativeMemory.Alloc(CarryMax + ReadMax);
    private readonly ByteWriter _writer = new();
    private readonly List<LoadConnection> _mayPublish = [];
    private readonly TDialect _dialect = dialect;

    internal override LoadConnection Connect(LoadChannel channel, bool subscribes)
    {
        var (socket, ahead) = WebSocketHandshake.Open(port, _dialect.Path, _dialect.Subprotocol);
        var connection = new LoadConnection(Connections.Count, socket, channel) { Subscribes = subscribes, Carry = ahead, CarriedRaw = ahead.Length };
        Add(connection);
        _epoll.Add(connection.Fd, connection.Tag);

        _writer.BeginMessage();
        _dialect.Greet(connection, _writer);
        Send(connection);
        return connection;
    }

    internal override void Turn(int timeoutMs)
    {
        var ready = _epoll.Wait(timeoutMs);
        for (var index = 0; index < ready; index++)
        {
            var connection = Connections[_epoll.Tag(index)];
            if (_epoll.CanWrite(index)) SendOn(connection);
            Read(connection);
            if (connection.Fault is { } fault) throw new BenchmarkFailure($"connection {connection.Tag}: {fault}");
        }

        foreach (var connection in _mayPublish) Publish(connection);
        _mayPublish.Clear();
    }

    internal override void StartPublishing()
    {
        Publishing = true;
        foreach (var connection in Connections) Publish(connection);
    }

    private void Publish(LoadConnection connection)
    {
        if (!Publishing || connection.Publisher is not { } publisher || connection.Unsent is not null) return;

        var free = publisher.Free;
        if (free <= 0) return;

        var now = Stopwatch.GetTimestamp();
        _writer.BeginMessage();
        for (; free > 0; free--) _dialect.Publish(connection, publisher.Next(now), _writer);
        Send(connection);
    }

    private void Read(LoadConnection connection)
    {
        var carried = connection.CarriedPayload + connection.CarriedRaw;
        if (carried > CarryMax) throw new BenchmarkFailure($"connection {connection.Tag}: a protocol frame of more than {CarryMax} bytes");
        connection.Carry.AsSpan(0, carried).CopyTo(new Span<byte>(_buffer, CarryMax));

        var read = Libc.Receive(connection.Fd, _buffer + carried, ReadMax, Libc.DoNotWait);
        Reads++;
        if (read < 0 && Marshal.GetLastPInvokeError() is Libc.TryAgain or Libc.Interrupted) return;
        if (read <= 0)
        {
            connection.Fault ??= read == 0 ? "the server closed the connection" : $"recv failed with errno {Marshal.GetLastPInvokeError()}";
            return;
        }

        var answered = connection.Publisher?.Answered ?? 0;
        var delivered = connection.Channel.Delivered;
        Walk(connection, connection.CarriedPayload, carried + (int)read);

        // An answered publisher goes on at once. One that waits for deliveries goes on when all that is ready was read, so that it batches.
        if (connection.Publisher is { } publisher && publisher.Answered != answered) Publish(connection);
        else if (connection.Channel.Delivered != delivered && connection.Channel.Publisher is { } other && other.Free > 0) _mayPublish.Add(other.Connection);

        if (connection.MustPong) Answer(connection, pong: true);
        if (AckEvery > 0 && connection.Subscribes && connection.Offset - connection.Acked >= AckEvery) Answer(connection, pong: false);
    }

    // [start, at) is payload that the dialect has not taken yet, [at, end) is raw. Payload that is left when a WebSocket frame ends is moved up
    // against the payload of the next one, over its header: mostly nothing, sometimes a few bytes.
    private void Walk(LoadConnection connection, int at, int end)
    {
        var start = 0;
        while (true)
        {
            if (connection.FrameLeft == 0)
            {
                var header = ReadHeader(connection, at, end);
                if (header == 0) break;
                var left = at - start;
                if (left > 0) Buffer.MemoryCopy(_buffer + start, _buffer + at + header - left, left, left);
                at += header;
                start = at - left;
                if (connection.FrameLeft == 0) continue;
            }

            var take = (int)Math.Min(connection.FrameLeft, end - at);
            if (take == 0) break;
            at += take;
            connection.FrameLeft -= take;
            var messageEnds = connection.FrameLeft == 0 && connection.FrameEndsMessage;
            start += _dialect.Walk(connection, new ReadOnlySpan<byte>(_buffer + start, at - start), messageEnds);
            if (messageEnds && start != at && !_dialect.IsStream) connection.Fault ??= $"a message ended {at - start} bytes into a frame";
            if (connection.Fault is not null) return;
        }

        var carry = end - start;
        if (carry > connection.Carry.Length) connection.Carry = new byte[Math.Max(carry, 1024)];
        new ReadOnlySpan<byte>(_buffer + start, carry).CopyTo(connection.Carry);
        connection.CarriedPayload = at - start;
        connection.CarriedRaw = end - at;
    }

    /// <summary>The length of the header at <paramref name="at"/>, 0 while it is not all there; of a control frame its whole length.</summary>
    private int ReadHeader(LoadConnection connection, int at, int end)
    {
        var raw = new ReadOnlySpan<byte>(_buffer + at, end - at);
        if (raw.Length < 2) return 0;

        var length = (long)(raw[1] & 0x7F);
        var header = length switch { 126 => 4, 127 => 10, _ => 2 };
        if (raw.Length < header) return 0;
        if (length == 126) length = BinaryPrimitives.ReadUInt16BigEndian(raw[2..]);
        else if (length == 127) length = BinaryPrimitives.ReadInt64BigEndian(raw[2..]);

        var opcode = raw[0] & 0x0F;
        if (opcode < 8)
        {
            connection.FrameLeft = length;
            connection.FrameEndsMessage = (raw[0] & 0x80) != 0;
            return header;
        }

        if (raw.Length < header + length) return 0;
        var body = raw.Slice(header, (int)length);
        if (opcode == 8)
        {
            var code = body.Length >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(body) : 1005;
            connection.Fault ??= $"the server closed the WebSocket with {code} {(body.Length > 2 ? Encoding.UTF8.GetString(body[2..]) : "")}";
        }
        else if (opcode == 9)
        {
            _writer.BeginMessage();
            _writer.Bytes(body);
            _writer.EndMessage(opcode: 10);
            Write(connection);
        }

        return header + (int)length;
    }

    private void Answer(LoadConnection connection, bool pong)
    {
        _writer.BeginMessage();
        if (pong)
        {
            connection.MustPong = false;
            _dialect.Pong(_writer);
        }
        else
        {
            connection.Acked = connection.Offset;
            Acks++;
            _dialect.Ack(connection, _writer);
        }

        Send(connection);
    }

    private void Send(LoadConnection connection)
    {
        _writer.EndMessage(_dialect.Opcode);
        Write(connection);
    }

    private void Write(LoadConnection connection)
    {
        if (_writer.Written.Length <= 6) return; // Only a header: the dialect had nothing to say.
        if (connection.Unsent is { } unsent)
        {
            connection.Unsent = [.. unsent, .. _writer.Written];
            return;
        }

        var sent = Send(connection, _writer.Written);
        if (sent == _writer.Written.Length) return;
        connection.Unsent = _writer.Written[sent..].ToArray();
        _epoll.Watch(connection.Fd, connection.Tag, writable: true);
    }

    private void SendOn(LoadConnection connection)
    {
        if (connection.Unsent is not { } unsent) return;

        var sent = Send(connection, unsent);
        connection.Unsent = sent == unsent.Length ? null : unsent[sent..];
        if (connection.Unsent is not null) return;
        _epoll.Watch(connection.Fd, connection.Tag, writable: false);
        if (connection.Publisher is not null) _mayPublish.Add(connection);
    }

    private static int Send(LoadConnection connection, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            var sent = Libc.Send(connection.Fd, first, (nuint)bytes.Length, Libc.DoNotWait | Libc.DoNotRaiseSignal);
            if (sent >= 0) return (int)sent;
            if (Marshal.GetLastPInvokeError() is not (Libc.TryAgain or Libc.Interrupted))
                connection.Fault ??= $"send failed with errno {Marshal.GetLastPInvokeError()}";
            return 0;
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _epoll.Dispose();
        NativeMemory.Free(_buffer);
    }
}

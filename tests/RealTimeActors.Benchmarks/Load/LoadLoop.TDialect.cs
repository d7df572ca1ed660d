using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace RealTimeActors.Benchmarks.Load;

/// <summary>
/// Reads WebSocket frames in place, hands their payload to the dialect and publishes what may be published: one recv per ready socket, one
/// send per publisher with room, no allocation, no thread but the caller's. Connections go to the ports in turn.
/// </summary>
internal sealed unsafe partial class LoadLoop<TDialect>(TDialect dialect, IReadOnlyList<int> ports, bool isTls = false) : LoadLoop
    where TDialect : struct, IDialect
{
    private const int ReadMax = 512 * 1024;
    private const int CarryMax = 2 * 1024 * 1024;

    private readonly Epoll _epoll = new();
    private readonly byte* _buffer = (byte*)NativeMemory.Alloc(CarryMax + ReadMax);
    private readonly ByteWriter _writer = new();
    private readonly ByteWriter _messages = new();
    private readonly List<LoadConnection> _mayPublish = [];
    private readonly List<LoadConnection> _paced = [];
    private readonly TDialect _dialect = dialect;
    private readonly TlsContext? _tls = isTls ? new TlsContext() : null;

    internal LoadLoop(TDialect dialect, int port, bool isTls = false)
        : this(dialect, [port], isTls)
    {
    }

    internal override void Turn(int timeoutMs)
    {
        var ready = _epoll.Wait(_paced.Count > 0 ? Math.Min(timeoutMs, 1) : timeoutMs);
        for (var index = 0; index < ready; index++)
        {
            var connection = Connections[_epoll.Tag(index)];
            if (_epoll.CanWrite(index)) SendOn(connection);
            // TLS may still hold what the socket has given up already; a plain socket that has more says so the next time.
            if (!connection.IsStalled && Read(connection, ReadMax) == ReadMax && connection.Tls is not null) Read(connection, ReadMax);
            if (connection.Fault is { } fault) throw new BenchmarkFailure($"connection {connection.Tag}: {fault}");
        }

        foreach (var connection in _mayPublish) Publish(connection);
        _mayPublish.Clear();
        foreach (var connection in _paced) ReadAtPace(connection);
        foreach (var publisher in OpenLoops) Publish(publisher.Connection);
    }

    internal override void Slow(LoadConnection connection, ReadPace? pace)
    {
        connection.IsStalled = true;
        connection.ReadPace = pace;
        if (pace is not null) _paced.Add(connection);
        _epoll.Watch(connection.Fd, connection.Tag, readable: false, writable: connection.Unsent is not null);
    }

    private protected override LoadConnection Open(int tag, LoadChannel channel, bool subscribes, LoadConnection? former, SocketBuffers? buffers)
    {
        var port = ports[tag % ports.Count];
        var (socket, session) = WebSocketHandshake.Connect(port, _tls, buffers);
        var connection = new LoadConnection(tag, socket, channel)
        {
            Subscribes = subscribes,
            Former = former,
            Tls = session,
            Offset = former?.Offset ?? 0,
            Acked = former?.Acked ?? 0,
        };
        _epoll.Add(connection.Fd, tag);
        Upgrading++;
        _writer.Clear();
        WebSocketHandshake.Ask(_writer, port, _dialect.PathOf(connection), _dialect.Subprotocol);
        Write(connection, _writer.Written);
        return connection;
    }

    internal override void AckAll()
    {
        foreach (var connection in Connections)
        {
            if (connection.Subscribes) Answer(connection, pong: false);
        }
    }

    private void ReadAtPace(LoadConnection connection)
    {
        var allowance = connection.ReadPace!.Allowance(Stopwatch.GetTimestamp());
        if (allowance >= 4096) connection.ReadPace.Took(Read(connection, Math.Min(allowance, ReadMax)));
        if (connection.Fault is { } fault) throw new BenchmarkFailure($"connection {connection.Tag}: {fault}");
    }

    private int Read(LoadConnection connection, int bytesMax)
    {
        var carried = connection.CarriedPayload + connection.CarriedRaw;
        if (carried > CarryMax) throw new BenchmarkFailure($"connection {connection.Tag}: a protocol frame of more than {CarryMax} bytes");
        connection.Carry.AsSpan(0, carried).CopyTo(new Span<byte>(_buffer, CarryMax));

        var read = connection.Tls is { } session
            ? session.Read(_buffer + carried, bytesMax)
            : (int)Libc.Receive(connection.Fd, _buffer + carried, (nuint)bytesMax, Libc.DoNotWait);
        Reads++;
        if (read < 0 && (connection.Tls is { WantsMore: true } || (connection.Tls is null && Marshal.GetLastPInvokeError() is Libc.TryAgain or Libc.Interrupted))) return 0;
        if (read <= 0)
        {
            connection.Fault ??= read == 0 ? "the server closed the connection" : $"recv failed with errno {Marshal.GetLastPInvokeError()}";
            return 0;
        }

        var end = carried + read;
        if (connection.IsUpgrading && !TryUpgrade(connection, ref end)) return read;
        var answered = connection.Publisher?.Answered ?? 0;
        var delivered = connection.Channel.Delivered;
        Walk(connection, connection.CarriedPayload, end);

        // An answered publisher goes on at once. One that waits for deliveries goes on when all that is ready was read, so that it batches.
        if (connection.Publisher is { OpenLoop: null } publisher && publisher.Answered != answered) Publish(connection);
        else if (connection.Channel.Delivered != delivered && connection.Channel.Publisher is { Pace: Pace.Deliveries, OpenLoop: null } other && other.Free(0) > 0) _mayPublish.Add(other.Connection);

        if (connection.MustGreet) Greet(connection);
        if (connection.MustPong) Answer(connection, pong: true);
        if (AckEvery > 0 && connection.Subscribes && connection.Offset - connection.Acked >= AckEvery) Answer(connection, pong: false);
        return read;
    }

    // The answer to the upgrade lies at the beginning of the buffer; what the server sent behind it is moved there.
    private bool TryUpgrade(LoadConnection connection, ref int end)
    {
        var answer = new ReadOnlySpan<byte>(_buffer, end);
        var head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0)
        {
            connection.Carry = answer.ToArray();
            connection.CarriedRaw = end;
            return false;
        }

        connection.IsUpgrading = false;
        Upgrading--;
        connection.CarriedPayload = connection.CarriedRaw = 0;
        if (!answer.StartsWith("HTTP/1.1 101"u8)) connection.Fault ??= $"expected 101, got: {Encoding.ASCII.GetString(answer[..head])}";
        end -= head + 4;
        Buffer.MemoryCopy(_buffer + head + 4, _buffer, CarryMax, end);
        Greet(connection);
        return true;
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
            Write(connection, _writer.Written);
        }

        return header + (int)length;
    }

    public override void Dispose()
    {
        base.Dispose();
        _tls?.Dispose();
        _epoll.Dispose();
        NativeMemory.Free(_buffer);
    }
}

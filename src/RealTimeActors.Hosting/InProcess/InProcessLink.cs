using System.Buffers;
using RealTimeActors.Client.Running;
using RealTimeActors.Client.Transport;
using RealTimeActors.Edge;
using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Connections;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Hosting.InProcess;

/// <summary>
/// A connection without a wire: on one side the client's link, on the other the engine's transport. Frames go in as they are; what the engine sends are the bytes that it
/// sends to everybody (they are encoded once anyway), so that credit, back-pressure and catching up are what they are for a client far away.
/// </summary>
internal sealed class InProcessLink : ILink, ITransport
{
    /// <summary>What the engine may send ahead of the client; then it is told to wait, and falls back to the log.</summary>
    private const int ArrivingBytesMax = 256 * 1024;

    /// <summary>What the client may send ahead of the engine, and what a frame counts for it: in process none has a length.</summary>
    private const int WindowBytes = 64 * 1024;
    private const int FrameBytes = 64;

    private readonly Lock _gate = new();
    private readonly IEngine _engine;
    private readonly ClientLoop _loop;
    private readonly ServerMessageReader _reader = new();
    private ArrayBufferWriter<byte> _arriving = new(4_096);
    private ArrayBufferWriter<byte> _spare = new(4_096);
    private List<ClientFrame> _leaving = [];
    private IConnection? _connection;
    private int _unconsumedBytes;

    // Until it has opened nothing is read, so that the loop hears of the opening first.
    private bool _isReading = true;
    private bool _isRefusing;
    private bool _isClosedByClient;
    private (int Code, string Reason)? _closedByEngine;
    private bool _hasEnded;

    private InProcessLink(int connection, ClientLoop loop, IEngine engine, Identity identity, string remote)
    {
        Connection = connection;
        _loop = loop;
        _engine = engine;
        Identity = identity;
        Remote = remote;
    }

    public int Connection { get; }

    public WireFormat Format => WireFormat.WebSocketProtobuf;

    public string Name => TransportNames.InProcess;

    public string Remote { get; }

    public Identity? Identity { get; }

    /// <summary>Begins to open; the loop is told what comes of it.</summary>
    internal static InProcessLink Open(int connection, ClientLoop loop, IEngine engine, Identity identity, string remote)
    {
        var link = new InProcessLink(connection, loop, engine, identity, remote);
        _ = Task.Run(link.BeginAsync);
        return link;
    }

    public void Enqueue(ClientFrame frame)
    {
        lock (_gate)
            _leaving.Add(frame);
    }

    public void Flush()
    {
        lock (_gate)
            HandOver(_unconsumedBytes < WindowBytes);
    }

    public void Close(string reason)
    {
        lock (_gate)
        {
            if (_isClosedByClient)
                return;

            HandOver(isAllowed: true);
            _isClosedByClient = true;
            End();
        }
    }

    public int Send(ReadOnlySpan<byte> bytes)
    {
        bool begins;
        int taken;
        lock (_gate)
        {
            if (_isClosedByClient || _closedByEngine is not null)
                return bytes.Length;

            taken = Math.Min(bytes.Length, ArrivingBytesMax - _arriving.WrittenCount);
            _arriving.Write(bytes[..taken]);
            _isRefusing |= taken < bytes.Length;
            begins = !_isReading;
            _isReading = true;
        }

        if (begins)
            _ = Task.Run(ReadAllAsync);
        return taken;
    }

    public void Close(int code, string reason)
    {
        bool begins;
        lock (_gate)
        {
            if (_closedByEngine is not null)
                return;

            _closedByEngine = (code, reason);
            begins = !_isReading;
            _isReading = true;
        }

        if (begins)
            _ = Task.Run(ReadAllAsync);
    }

    public void Consumed(int bytes)
    {
        lock (_gate)
        {
            _unconsumedBytes -= bytes;
            HandOver(_unconsumedBytes < WindowBytes);
        }
    }

    private async Task BeginAsync()
    {
        try
        {
            var connection = _engine.Open(this);
            lock (_gate)
            {
                _connection = connection;
                if (_isClosedByClient)
                {
                    End();
                    return;
                }
            }

            await _loop.PostAsync(new ClientInput(InputKind.Opened, Connection: Connection));
            await ReadAllAsync();
        }
        catch (Exception fault)
        {
            await _loop.PostAsync(new ClientInput(InputKind.Disconnected, Connection: Connection, Text: fault.Message));
        }
    }

    /// <summary>Hands everything that has arrived to the loop; while the loop is busy, the engine fills the other buffer.</summary>
    private async Task ReadAllAsync()
    {
        while (TakeArrived() is { } arrived)
        {
            var frames = new List<ServerFrame>();
            _reader.Read(arrived.WrittenSpan, frames);
            arrived.ResetWrittenCount();
            lock (_gate)
                _spare = arrived;

            if (frames.Count > 0)
                await _loop.PostAsync(new ClientInput(InputKind.Received, frames, Connection));
        }

        if (TakeEnd() is { } end)
            await _loop.PostAsync(new ClientInput(InputKind.Disconnected, Connection: Connection, Code: end.Code, Text: end.Reason));
    }

    private ArrayBufferWriter<byte>? TakeArrived()
    {
        lock (_gate)
        {
            if (_arriving.WrittenCount == 0 || _isClosedByClient)
            {
                _isReading = false;
                return null;
            }

            var arrived = _arriving;
            _arriving = _spare;
            if (_isRefusing)
            {
                _isRefusing = false;
                _connection!.Writable();
            }

            return arrived;
        }
    }

    private (int Code, string Reason)? TakeEnd()
    {
        lock (_gate)
        {
            if (_closedByEngine is null || _hasEnded)
                return null;

            End();
            return _closedByEngine;
        }
    }

    /// <summary>In the gate, so that frames keep their order; the engine only puts them into a mailbox.</summary>
    private void HandOver(bool isAllowed)
    {
        if (!isAllowed || _leaving.Count == 0 || _connection is null || _hasEnded)
            return;

        var frames = _leaving;
        var bytes = frames.Count * FrameBytes;
        _leaving = [];
        _unconsumedBytes += bytes;
        _connection.Received(frames, bytes);
    }

    private void End()
    {
        if (_connection is null || _hasEnded)
            return;

        _hasEnded = true;
        _connection.Closed();
    }
}

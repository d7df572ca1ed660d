using System.Buffers;
using RealTimeActors.Engine.Connections;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.HttpSessions;

/// <summary>
/// One connection over plain HTTP, without the HTTP. Frames come up as requests of their own (<see cref="UpRequest"/>) and are answered there; everything else goes down through whichever
/// request fetches it (<see cref="DownReader"/>), a stream of events or one poll after the other, and can be fetched again where it was lost on the way.
/// </summary>
/// <remarks>Two files: what goes up and Core's side (here), what goes down (<c>Down</c>). Not safe for several threads: the transport that it is of guards it. Whom it tells of something does not call back
/// from within. The real edge and the simulation run the same one.</remarks>
public sealed partial class HttpLine
{
    /// <summary>Stands for the id of a hello that has none: its welcome is the answer to its request all the same. Beyond what an id can be.</summary>
    public const long HelloId = long.MaxValue;

    private readonly HttpLineOptions _options;
    private readonly TimeProvider _time;
    private readonly bool _greetsInStream;
    private readonly Dictionary<long, UpRequest> _asked = [];
    private readonly List<UpRequest> _ups = [];
    private IConnection? _connection;
    private ServerFrame.Close? _close;

    /// <param name="id">Tells its batches from those of other lines, also of the same session, on any node and in any life of it.</param>
    /// <param name="options">Bounds.</param>
    /// <param name="time">The clock.</param>
    /// <param name="greetsInStream">Whether the welcome goes down the stream, because no request up asked for it.</param>
    public HttpLine(string id, HttpLineOptions options, TimeProvider time, bool greetsInStream)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        Id = id;
        _options = options;
        _time = time;
        _greetsInStream = greetsInStream;
        _down = new DownBuffer(options.DownBytesMax, options.BatchesKept, options.BatchBytesKeptMax);
        _absentSince = time.GetTimestamp();
    }

    /// <summary>Tells its batches from those of other lines.</summary>
    public string Id { get; }

    /// <summary>How what comes down was fetched last, one of <see cref="TransportNames"/>.</summary>
    public string Name { get; private set; } = TransportNames.Http;

    /// <summary>Whether it was closed, or given up.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Why it was closed, as its client is told; null: it lives, or nobody closed it.</summary>
    public ServerFrame.Close? ClosedBy => HasEnded ? _close : null;

    /// <summary>Core's end. Given once, before anything else.</summary>
    public void Open(IConnection connection) => _connection = connection;

    /// <summary>Takes a frame that answers, for the request that asked; where that is gone it is dropped.</summary>
    public void Answer(ServerFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (frame is ServerFrame.Close close)
            _close = close with { Id = 0 };

        if (frame is ServerFrame.Welcome && _greetsInStream)
        {
            _down.AppendLast(Encode(frame with { Id = 0 }));
        }
        else if (_asked.Remove(frame.Id, out var up))
        {
            if (_options.Bug == PlantedBug.UpAnsweredTwice)
                up.Refuse(frame);

            up.Answer(frame);
        }

        _reader?.Signal();
    }

    /// <summary>Core closes: what waits and the close frame can still be fetched.</summary>
    /// <returns>The close frame; null: it had ended before.</returns>
    public ServerFrame.Close? Close(int code, string reason)
    {
        if (HasEnded)
            return null;

        _close ??= new ServerFrame.Close(code, reason);
        _down.AppendLast(Encode(_close));
        _endedAt = _time.GetTimestamp();
        End();
        return _close;
    }

    /// <summary>The client is gone as far as can be seen: Core's end is closed, the session stays.</summary>
    /// <returns>The close frame that nobody will see; null: it had ended before.</returns>
    public ServerFrame.Close? Abandon()
    {
        if (HasEnded)
            return null;

        _close = new ServerFrame.Close(CloseCode.HeartbeatMissed, "nobody fetches what comes down");
        _isAbandoned = true;
        End();
        return _close;
    }

    /// <summary>The session it was begun for is another one: it ends, and the session with it.</summary>
    public void GiveUp()
    {
        if (!HasEnded)
            _connection?.Received([new ClientFrame.Bye(KeepSession: false)], 0);
    }

    /// <summary>Hands frames to Core and begins to wait for the answers.</summary>
    /// <param name="up">Takes them.</param>
    /// <param name="frames">At least one.</param>
    /// <param name="bytes">How many they had on the wire.</param>
    /// <returns>How many of the bytes Core has now; null: not now, there are too many such requests, or the connection has ended.</returns>
    public int? Begin(UpRequest up, IReadOnlyList<ClientFrame> frames, int bytes)
    {
        ArgumentNullException.ThrowIfNull(up);
        ArgumentNullException.ThrowIfNull(frames);
        if (HasEnded || _ups.Count >= _options.UpRequestsMax || _connection is not { } connection)
            return null;

        // Who does not read what he was answered asks for no more.
        if (_asked.Count + _ups.Sum(asking => asking.Unread) > _options.AnswersMax)
            return null;

        var taken = new List<ClientFrame>(frames.Count);
        foreach (var frame in frames)
        {
            var asking = frame is ClientFrame.Hello { Id: 0 } ? frame with { Id = HelloId } : frame;
            if (asking.Id > 0 && !_asked.TryAdd(asking.Id, up))
            {
                up.Refuse(new ServerFrame.Error(ErrorCode.BadRequest, $"Another frame with the id {asking.Id} is not answered yet; ids are unique among the unanswered.") { Id = asking.Id });
                continue;
            }

            if (asking.Id > 0)
                up.Expect(asking.Id);

            taken.Add(asking);
        }

        _ups.Add(up);
        up.EndIfAnswered();
        if (taken.Count == 0)
            return 0;

        connection.Received(taken, bytes);
        return bytes;
    }

    /// <summary>Nobody waits for the answers any more; when they come they are dropped.</summary>
    /// <returns>What was still open.</returns>
    public IReadOnlyList<long> Finish(UpRequest up)
    {
        ArgumentNullException.ThrowIfNull(up);
        _ups.Remove(up);
        long[] open = [.. up.Open.Order()];
        foreach (var id in open)
            _asked.Remove(id);

        return [.. open.Where(id => id != HelloId)];
    }

    private void End()
    {
        HasEnded = true;
        foreach (var up in _ups)
            up.End(_close);

        _asked.Clear();
        _reader?.Signal();
        _connection?.Closed();
    }

    private static byte[] Encode(ServerFrame frame)
    {
        var line = new ArrayBufferWriter<byte>(256);
        FrameCodecs.Json.Encode(frame, line);
        return line.WrittenSpan.ToArray();
    }
}

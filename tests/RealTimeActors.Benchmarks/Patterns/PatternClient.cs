using System.Text;
using RealTimeActors.Engine;
using RealTimeActors.Engine.Connections;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Benchmarks.Patterns;

/// <summary>A client in the process that takes everything at once and only counts: the frames are found by their kinds in the JSON text.</summary>
internal sealed class PatternClient : ITransport
{
    private readonly IConnection _connection;
    private readonly Lock _gate = new();
    private long _subscribed;
    private long _events;
    private long _waitedFor = long.MaxValue;
    private Func<long> _count = static () => 0;
    private TaskCompletionSource _reached = new();

    internal PatternClient(RealTimeEngine engine)
    {
        _connection = engine.Open(this);
        Say("""{"id":1,"hello":{}}""");
    }

    public WireFormat Format => WireFormat.WebSocketJson;

    public string Remote => "benchmark";

    internal long Subscribed => Volatile.Read(ref _subscribed);

    internal long Events => Volatile.Read(ref _events);

    internal void Say(string json)
    {
        var frames = new List<ClientFrame>();
        var bytes = Encoding.UTF8.GetBytes(json);
        if (!FrameCodecs.Json.TryDecodeClient(bytes, Limits.FrameBytesMax, frames))
            throw new ArgumentException($"Frames are expected; {json} came.", nameof(json));

        _connection.Received(frames, bytes.Length);
    }

    /// <summary>Waits until so many have come.</summary>
    internal Task Until(Func<long> count, long reached)
    {
        lock (_gate)
        {
            (_count, _waitedFor, _reached) = (count, reached, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            if (count() >= reached)
                _reached.TrySetResult();

            return _reached.Task;
        }
    }

    public int Send(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            _subscribed += Count(bytes, "\"subscribed\":"u8);
            _events += Count(bytes, "\"event\":"u8);
            if (_count() >= _waitedFor)
                _reached.TrySetResult();
        }

        return bytes.Length;
    }

    public void Close(int code, string reason) => Console.WriteLine($"closed: {code} {reason}");

    public void Consumed(int bytes)
    {
    }

    internal void End() => _connection.Closed();

    private static long Count(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> what)
    {
        var count = 0L;
        for (var at = bytes.IndexOf(what); at >= 0; at = bytes.IndexOf(what))
        {
            count++;
            bytes = bytes[(at + what.Length)..];
        }

        return count;
    }
}

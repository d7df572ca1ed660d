using System.Buffers.Binary;
using System.Text;
using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Connections;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.Harness;

/// <summary>A client of a <see cref="TestNode"/>, or of a node of a <see cref="TestCluster"/>, that speaks the wire contract, JSON text in and decoded frames out. It can stop reading.</summary>
internal sealed class TestClient : ITransport
{
    private readonly Action _settle;
    private readonly IConnection _connection;
    private readonly List<byte> _received = [];
    private readonly List<ServerFrame> _frames = [];
    private readonly PieceJoin _join;
    private int _taken;
    private int _room = int.MaxValue;

    internal TestClient(RealTimeEngine engine, Action settle, WireFormat format, Identity? identity)
    {
        _settle = settle;
        Format = format;
        Identity = identity;
        _join = new PieceJoin(FrameCodecs.For(format));
        _connection = engine.Open(this);
    }

    public WireFormat Format { get; }

    public string Remote => "test";

    public Identity? Identity { get; }

    /// <summary>The code with which the server closed, or null.</summary>
    internal int? ClosedWith { get; private set; }

    internal string? ClosedBecause { get; private set; }

    internal int ConsumedBytes { get; private set; }

    /// <summary>Everything that came, in bytes.</summary>
    internal long ReceivedBytes { get; private set; }

    internal ServerFrame.Welcome Welcome { get; private set; } = null!;

    /// <summary>Everything that came and was not taken yet.</summary>
    internal IReadOnlyList<ServerFrame> Frames => _frames[_taken..];

    internal IReadOnlyList<ServerFrame.Event> Events => [.. Frames.OfType<ServerFrame.Event>()];

    internal IReadOnlyList<long> Offsets => [.. Events.Select(e => e.Body.Offset)];

    /// <summary>Sends frames, as they would stand on the wire in JSON, one per line.</summary>
    internal TestClient Send(string json, bool settles = true)
    {
        var frames = new List<ClientFrame>();
        var bytes = Encoding.UTF8.GetBytes(json);
        Assert.True(FrameCodecs.Json.TryDecodeClient(bytes, Limits.FrameBytesMax, frames), $"not frames: {json}");
        _connection.Received(frames, bytes.Length);
        if (settles)
            _settle();

        return this;
    }

    internal void SendTransportPing()
    {
        _connection.Received([new ClientFrame.TransportPing(default)], 6);
        _settle();
    }

    internal TestClient Hello(string body = "")
    {
        Send($$$"""{"id":1,"hello":{{{{body}}}}}""");
        Welcome = Take<ServerFrame.Welcome>();
        return this;
    }

    internal TestClient HelloWith(string token, string body = "") => Hello($"\"token\":\"{token}\"{(body.Length > 0 ? "," : "")}{body}");

    /// <summary>Comes back as the session of another client, with a token or without.</summary>
    internal TestClient HelloAgainAs(TestClient before, string? token = null, string body = "") => Hello(Again(before, token, body));

    /// <summary>The same, where no welcome is to be expected.</summary>
    internal TestClient TryHelloAgainAs(TestClient before, string token) => Send($$$"""{"id":1,"hello":{{{{Again(before, token, "")}}}}}""");

    private static string Again(TestClient before, string? token, string body) =>
        $$"""
        {{(token is null ? "" : $"\"token\":\"{token}\",")}}"session":{"id":"{{before.Welcome.Session.Id}}","key":"{{before.Welcome.Session.Key}}"}{{(body.Length > 0 ? "," : "")}}{{body}}
        """;

    /// <summary>The next frame of that kind; those before it are dropped.</summary>
    internal TFrame Take<TFrame>()
        where TFrame : ServerFrame
    {
        var at = _frames.FindIndex(_taken, frame => frame is TFrame);
        Assert.True(at >= 0, $"A {typeof(TFrame).Name} is expected; there is {string.Join(", ", Frames)}.");
        _taken = at + 1;
        return (TFrame)_frames[at];
    }

    internal void Forget() => _taken = _frames.Count;

    /// <summary>From now on the client takes no more than so many bytes.</summary>
    internal void StopReading(int afterBytes = 0) => _room = afterBytes;

    internal void ReadOn(int bytes = int.MaxValue)
    {
        _room = bytes;
        _connection.Writable();
        _settle();
    }

    /// <summary>The cable is pulled.</summary>
    internal void Drop(bool settles = true)
    {
        _connection.Closed();
        if (settles)
            _settle();
    }

    int ITransport.Send(ReadOnlySpan<byte> bytes)
    {
        var taken = Math.Min(bytes.Length, _room);
        if (_room != int.MaxValue)
            _room -= taken;

        ReceivedBytes += taken;
        _received.AddRange(bytes[..taken]);
        Parse();
        return taken;
    }

    void ITransport.Close(int code, string reason) => (ClosedWith, ClosedBecause) = (code, reason);

    void ITransport.Consumed(int bytes) => ConsumedBytes += bytes;

    private void Parse()
    {
        var at = 0;
        var bytes = _received.ToArray().AsSpan();
        while (TryMessage(bytes[at..], out var payload, out var length))
        {
            var before = _frames.Count;
            Assert.True(FrameCodecs.For(Format).TryDecodeServer(payload, _frames), "what the server sent cannot be decoded");
            for (var i = before; i < _frames.Count; i++)
                Join(_frames[i]);

            at += length;
        }

        _received.RemoveRange(0, at);
    }

    /// <summary>A frame that came in pieces stands behind the last of them.</summary>
    private void Join(ServerFrame frame)
    {
        if (frame is not ServerFrame.Piece piece)
            return;

        Assert.True(_join.TryAdd(piece, out var whole), "pieces that make no frame");
        if (whole is not null)
            _frames.Add(whole);
    }

    private static bool TryMessage(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> payload, out int length)
    {
        payload = default;
        length = 0;
        if (bytes.Length < 2)
            return false;

        var (header, size) = (bytes[1] & 0x7f) switch
        {
            126 when bytes.Length >= 4 => (4, BinaryPrimitives.ReadUInt16BigEndian(bytes[2..])),
            127 when bytes.Length >= 10 => (10, (int)BinaryPrimitives.ReadUInt64BigEndian(bytes[2..])),
            var small and < 126 => (2, small),
            _ => (int.MaxValue / 2, 0),
        };
        if (bytes.Length < header + size)
            return false;

        payload = bytes[header..(header + size)];
        length = header + size;
        return true;
    }
}

using System.Text;
using RealTimeActors.Engine.Connections;
using RealTimeActors.Engine.HttpSessions;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.TestKit.Network.Http;

/// <summary>The server's end of a connection over plain HTTP: the product's own <see cref="HttpLine"/>, and who is told of what passes.</summary>
internal sealed class SimulatedLine : ITransport
{
    private const int WindowBytes = 1_048_576;
    private readonly SimulatedHttpServer _server;
    private readonly SimulatedNetwork _network;
    private readonly PieceJoin _pieces = new(FrameCodecs.Json);
    private readonly List<byte> _half = [];
    private readonly List<ServerFrame> _decoded = [];

    /// <summary>What was answered to a subscribe: the same comes down the stream without its id, where it counts.</summary>
    private readonly List<ServerFrame.Subscribed> _answered = [];

    /// <summary>Bytes at the beginning of the next send that were offered before, and not taken.</summary>
    private int _offered;
    private readonly Queue<Action> _outside = new();

    internal SimulatedLine(SimulatedHttpServer server, SimulatedNetwork network, SimulatedLink link, string id, bool greetsInStream)
    {
        _server = server;
        _network = network;
        Link = link;
        Line = new HttpLine(id, network.Lines, network.Time, greetsInStream);
    }

    public WireFormat Format => WireFormat.JsonLines;

    public string Name => Line.Name;

    public string Remote => Link.Label;

    public bool TakesAnswers => true;

    internal HttpLine Line { get; }

    /// <summary>By what checkers know it.</summary>
    internal SimulatedLink Link { get; }

    internal IConnection? Connection { get; private set; }

    /// <summary>By what later requests find it; null before the welcome.</summary>
    internal string? Place { get; private set; }

    internal int WindowUsed { get; private set; }

    /// <summary>Called with the welcome, or with the close frame that came in its place.</summary>
    internal Action<ServerFrame>? OnGreeted { get; set; }

    internal void Open(Func<ITransport, IConnection> accept)
    {
        Connection = accept(this);
        Line.Open(Connection);
    }

    public int Send(ReadOnlySpan<byte> bytes)
    {
        // What a connection is sent is what Core means it to get, in that order: how much of it is taken now is another matter.
        Tap(bytes[Math.Min(_offered, bytes.Length)..]);
        var taken = Line.Send(bytes);
        _offered = bytes.Length - taken;
        if (taken < bytes.Length)
            _network.Counts.PartialSends++;

        return taken;
    }

    public void Answer(ServerFrame frame)
    {
        if (frame is ServerFrame.Welcome welcome)
            _server.Register(this, Place = SimulatedHttpServer.PlaceOf(welcome.Session.Id, welcome.Session.Key ?? ""));

        if (frame is ServerFrame.Subscribed subscribed)
            _answered.Add(subscribed);
        else
            _network.Tap?.Sent(Link, Shown(frame));

        if (frame is ServerFrame.Welcome { Subscriptions: var begun })
            _answered.AddRange(begun);

        Line.Answer(frame);
        if (frame is ServerFrame.Welcome)
            Greet(frame);
    }

    public void Close(int code, string reason)
    {
        if (Line.Close(code, reason) is { } close)
            Ended(close);
    }

    public void Consumed(int bytes)
    {
        WindowUsed -= bytes;
        while (WindowUsed < WindowBytes && _outside.TryDequeue(out var next))
            next();
    }

    /// <summary>Does it when Core has dealt with enough of what came up before.</summary>
    internal void WhenThereIsRoom(Action act)
    {
        if (WindowUsed < WindowBytes)
            act();
        else
            _outside.Enqueue(act);
    }

    /// <summary>Hands frames to Core.</summary>
    internal bool Begin(UpRequest up, List<ClientFrame> frames, int bytes)
    {
        if (Line.HasEnded)
            return false;

        foreach (var frame in frames)
            _network.Tap?.Arrived(Link, frame);

        WindowUsed += bytes;
        var taken = Line.Begin(up, frames, bytes);
        if (taken is not > 0)
            WindowUsed -= bytes;

        return taken is not null;
    }

    internal void Look()
    {
        var look = Line.Look();
        look.Stuck?.Abort();
        if (look.IsAbandoned && Line.Abandon() is { } close)
        {
            Ended(close);
            _server.Forget(this);
        }

        if (look.IsOver)
            _server.Forget(this);
    }

    /// <summary>The node is down.</summary>
    internal void Vanish() => Connection = null;

    private void Ended(ServerFrame.Close close)
    {
        Greet(close);
        Connection = null;
        _outside.Clear();
        _network.Remove(Link);
        if (Place is null)
            _server.Forget(this);
    }

    private void Greet(ServerFrame frame)
    {
        var greeted = OnGreeted;
        OnGreeted = null;
        greeted?.Invoke(frame);
    }

    private void Tap(ReadOnlySpan<byte> bytes)
    {
        _half.AddRange(bytes);
        var end = _half.LastIndexOf((byte)'\n') + 1;
        if (end == 0)
            return;

        _decoded.Clear();
        if (!FrameCodecs.Json.TryDecodeServer([.. _half[..end]], _decoded))
            throw new InvalidDataException($"The server sent what the codec cannot divide into frames: {Encoding.UTF8.GetString([.. _half[..end]])}");

        _half.RemoveRange(0, end);
        foreach (var frame in _decoded)
            Take(frame);
    }

    private void Take(ServerFrame frame)
    {
        if (frame is ServerFrame.Piece piece)
        {
            _network.Tap?.SentPiece(Link, piece);
            if (!_pieces.TryAdd(piece, out var whole))
                throw new InvalidDataException("The server sent pieces that make no frame.");

            if (whole is not null)
                Take(whole);

            return;
        }

        // The welcome has told of it; what answers a subscribe is told here, as that answer.
        if (frame is ServerFrame.Subscribed subscribed && _answered.FindIndex(answer => IsSame(answer, subscribed)) is >= 0 and var at)
        {
            var answer = _answered[at];
            _answered.RemoveAt(at);
            if (answer.Id == 0)
                return;

            frame = answer;
        }

        _network.Tap?.Sent(Link, frame);
    }

    private static bool IsSame(ServerFrame.Subscribed one, ServerFrame.Subscribed other) =>
        one.Channel == other.Channel && one.Epoch == other.Epoch && one.Offset == other.Offset && one.Head == other.Head && one.Recovered == other.Recovered;

    private static ServerFrame Shown(ServerFrame frame) => frame.Id == HttpLine.HelloId ? frame with { Id = 0 } : frame;
}

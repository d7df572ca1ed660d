using System.Text;
using RealTimeActors.Engine.Connections;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.Connections;

/// <summary>A transport whose answers go another way than its stream, as over HTTP.</summary>
public sealed class AnswersApartTests
{
    private readonly TestNode _node = new();
    private readonly TwoWays _transport = new();
    private readonly IConnection _connection;

    public AnswersApartTests()
    {
        _connection = _node.Engine.Open(_transport);
        Send("""{"id":1,"hello":{"subscribe":[{"channel":"a"}]}}""");
    }

    [Fact]
    public void The_welcome_is_an_answer_and_its_positions_begin_the_stream()
    {
        var welcome = Assert.IsType<ServerFrame.Welcome>(Assert.Single(_transport.Answers));
        Assert.Equal((1L, "a"), (welcome.Id, Assert.Single(welcome.Subscriptions).Channel));

        var subscribed = Assert.IsType<ServerFrame.Subscribed>(Assert.Single(_transport.Stream()));
        Assert.Equal((0L, "a", 0L), (subscribed.Id, subscribed.Channel, subscribed.Offset));
    }

    [Fact]
    public void A_position_is_told_both_ways_and_stands_in_the_stream_before_the_events_that_follow_it()
    {
        _transport.Answers.Clear();

        Send("""
            {"id":2,"publish":{"channel":"b","type":"t","data":1}}
            {"id":3,"subscribe":{"channel":"b","from":"earliest"}}
            {"id":4,"ping":{}}
            {"ping":{}}
            """);

        Assert.Equal([2, 3, 4], _transport.Answers.Select(frame => frame.Id).Order());
        var stream = _transport.Stream().Skip(1).ToArray();
        Assert.All(stream, frame => Assert.Equal(0, frame.Id));
        Assert.Single(stream.OfType<ServerFrame.Pong>());
        Assert.Equal(
            [typeof(ServerFrame.Subscribed), typeof(ServerFrame.Event)],
            stream.Where(frame => frame is ServerFrame.Subscribed or ServerFrame.Event).Select(frame => frame.GetType()));
    }

    [Fact]
    public void The_close_is_an_answer_and_leaves_it_to_the_transport_to_tell_it_in_the_stream()
    {
        Send("""{"id":9,"bye":{}}""");

        var close = Assert.IsType<ServerFrame.Close>(_transport.Answers[^1]);
        Assert.Equal((9L, CloseCode.Bye), (close.Id, close.Code));
        Assert.Equal(CloseCode.Bye, _transport.ClosedWith);
        Assert.DoesNotContain(_transport.Stream(), frame => frame is ServerFrame.Close);
    }

    private void Send(string lines)
    {
        var frames = new List<ClientFrame>();
        Assert.True(FrameCodecs.Json.TryDecodeClient(Encoding.UTF8.GetBytes(lines), Limits.FrameBytesMax, frames));
        _connection.Received(frames, 0);
        _node.Settle();
    }

    private sealed class TwoWays : ITransport
    {
        private readonly List<byte> _stream = [];

        public WireFormat Format => WireFormat.JsonLines;

        public string Remote => "test";

        public bool TakesAnswers => true;

        internal List<ServerFrame> Answers { get; } = [];

        internal int ClosedWith { get; private set; }

        public void Answer(ServerFrame frame) => Answers.Add(frame);

        public int Send(ReadOnlySpan<byte> bytes)
        {
            _stream.AddRange(bytes);
            return bytes.Length;
        }

        public void Close(int code, string reason) => ClosedWith = code;

        public void Consumed(int bytes)
        {
        }

        internal List<ServerFrame> Stream()
        {
            var frames = new List<ServerFrame>();
            Assert.True(FrameCodecs.Json.TryDecodeServer(_stream.ToArray(), frames));
            return frames;
        }
    }
}

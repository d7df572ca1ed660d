using System.Text;
using RealTimeActors.Engine.Connections;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.Connections;

/// <summary>What goes wrong for one connection ends that one: its lane goes on with the others.</summary>
public sealed class EdgeFaultTests
{
    private readonly TestNode _node = new(new EngineOptions { Edges = 1 });

    [Fact]
    public void A_fault_while_a_session_answers_ends_that_connection_alone()
    {
        var other = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"a"}}""");
        var broken = new BrokenTransport { ThrowsAt = "answer" };
        Hello(broken);

        Publish("a");

        Assert.Equal(CloseCode.TryAgain, broken.ClosedWith);
        Assert.Equal([1L], other.Offsets);
        Assert.Null(other.ClosedWith);
    }

    [Fact]
    public void A_fault_at_the_tick_ends_that_connection_alone_and_the_others_have_their_turn()
    {
        var broken = new BrokenTransport { ThrowsAt = "name" };
        Hello(broken);
        var silent = _node.Accept();

        _node.World.Advance(TimeSpan.FromSeconds(7));

        Assert.Equal(CloseCode.TryAgain, broken.ClosedWith);
        Assert.Equal(CloseCode.HelloExpected, silent.ClosedWith);
    }

    private void Hello(BrokenTransport transport)
    {
        var frames = new List<ClientFrame>();
        Assert.True(FrameCodecs.Json.TryDecodeClient(Encoding.UTF8.GetBytes("""{"id":1,"hello":{}}"""), Limits.FrameBytesMax, frames));
        _node.Engine.Open(transport).Received(frames, 0);
        _node.Settle();
    }

    private void Publish(string channel) => _node.Connect().Send($$$"""{"id":3,"publish":{"channel":"{{{channel}}}","type":"t","data":1}}""");

    /// <summary>A transport that breaks its contract in one place.</summary>
    private sealed class BrokenTransport : ITransport
    {
        internal required string ThrowsAt { get; init; }

        internal int ClosedWith { get; private set; }

        public WireFormat Format => WireFormat.JsonLines;

        public string Name => ThrowsAt == "name" ? throw new InvalidOperationException("no name") : TransportNames.Http;

        public string Remote => "broken";

        public bool TakesAnswers => true;

        public void Answer(ServerFrame frame)
        {
            if (ThrowsAt == "answer")
                throw new InvalidOperationException("no answer");
        }

        public int Send(ReadOnlySpan<byte> bytes) => bytes.Length;

        public void Close(int code, string reason) => ClosedWith = code;

        public void Consumed(int bytes)
        {
        }
    }
}

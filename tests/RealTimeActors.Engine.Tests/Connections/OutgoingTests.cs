using System.Buffers;
using RealTimeActors.Engine.Connections;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Framing;

namespace RealTimeActors.Engine.Tests.Connections;

public sealed class OutgoingTests
{
    private readonly Outgoing _outgoing = new(200);

    [Theory]
    [InlineData(WireFormat.WebSocketJson)]
    [InlineData(WireFormat.WebSocketProtobuf)]
    [InlineData(WireFormat.JsonLines)]
    public void Of_messages_that_do_not_all_fit_it_takes_whole_ones(WireFormat format)
    {
        var messages = Messages(format, 20, 30, 150);
        var two = Messages(format, 20, 30).Length;

        _outgoing.Begin(format, null, false, 200, null);
        var taken = _outgoing.WriteSome(messages);

        Assert.Equal(two, taken);
        Assert.Equal(messages[..two], _outgoing.Written.ToArray());
    }

    [Theory]
    [InlineData(WireFormat.WebSocketJson)]
    [InlineData(WireFormat.JsonLines)]
    public void The_first_may_be_longer_than_a_write_and_goes_whole_and_alone(WireFormat format)
    {
        var messages = Messages(format, 500, 20);

        _outgoing.Begin(format, null, false, 100, null);
        var taken = _outgoing.WriteSome(messages);

        Assert.Equal(Messages(format, 500).Length, taken);
        Assert.Equal(messages[..taken], _outgoing.Written.ToArray());
        Assert.Equal(0, _outgoing.WriteSome(messages.AsSpan(taken)));
    }

    private static byte[] Messages(WireFormat format, params int[] chars)
    {
        var messages = new ArrayBufferWriter<byte>();
        foreach (var count in chars)
            ServerMessages.Write(format, new ServerFrame.Error(ErrorCode.BadRequest, new string('x', count)), messages);

        return messages.WrittenSpan.ToArray();
    }
}

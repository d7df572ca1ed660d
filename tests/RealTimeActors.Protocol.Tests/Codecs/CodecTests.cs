using System.Buffers;
using System.Text;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Protocol.Tests.Codecs;

/// <summary>What both encodings have in common, on a few frames that can be read as examples.</summary>
public class CodecTests
{
    [Theory]
    [InlineData(WireFormat.WebSocketJson)]
    [InlineData(WireFormat.WebSocketProtobuf)]
    public void Reads_back_a_publish_as_it_was_written(WireFormat format)
    {
        var publish = new ClientFrame.Publish
        {
            Id = 7,
            Channel = "funding.grants",
            Type = "funding.grant_updated",
            Data = """{"a":1,"b":[true,null,"x y"]}"""u8.ToArray(),
            Key = "grant-7",
            Priority = Priority.High,
            Confirm = Confirm.Delivered,
            ProducerId = "p1",
            ProducerSequence = 4711,
            TtlMs = 60_000,
            DeliveredCount = 2,
            DeliveredTimeoutMs = 500,
        };
        var buffer = new ArrayBufferWriter<byte>();

        FrameCodecs.For(format).Encode(publish, buffer);
        var frames = new List<ClientFrame>();
        var isDivided = FrameCodecs.For(format).TryDecodeClient(buffer.WrittenSpan, Limits.FrameBytesMax, frames);

        Assert.True(isDivided);
        var back = Assert.IsType<ClientFrame.Publish>(Assert.Single(frames));
        Assert.Equal(Encoding.UTF8.GetString(publish.Data.Span), Encoding.UTF8.GetString(back.Data.Span));
        Assert.Equal(publish, back with { Data = publish.Data });
    }

    [Theory]
    [InlineData(WireFormat.WebSocketJson)]
    [InlineData(WireFormat.WebSocketProtobuf)]
    public void Reads_back_an_event_as_it_was_written(WireFormat format)
    {
        var body = new ChannelEvent
        {
            Channel = "machine.cpu",
            Offset = 94,
            Id = "k3-94",
            Type = "sample",
            TimeUnixMs = 1_795_255_200_123,
            Key = "größe \"1\"",
            User = "u1",
            Data = new byte[] { (byte)'4', (byte)'2' },
            Hash = Enumerable.Range(0, 32).Select(i => (byte)i).ToArray(),
        };
        var buffer = new ArrayBufferWriter<byte>();

        FrameCodecs.For(format).Encode(new ServerFrame.Event(body) { Attempt = 2 }, buffer);
        var frames = new List<ServerFrame>();
        var isDivided = FrameCodecs.For(format).TryDecodeServer(buffer.WrittenSpan, frames);

        Assert.True(isDivided);
        var back = Assert.IsType<ServerFrame.Event>(Assert.Single(frames));
        Assert.Equal(2, back.Attempt);
        Assert.True(back.Body.Data.Span.SequenceEqual(body.Data.Span));
        Assert.True(back.Body.Hash.Span.SequenceEqual(body.Hash.Span));
        Assert.Equal(body, back.Body with { Data = body.Data, Hash = body.Hash });
    }
}

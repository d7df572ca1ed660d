using System.Buffers;
using System.Diagnostics;
using System.Text;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;
using Pb = Realtime.V1;

namespace RealTimeActors.Protocol.Tests.Codecs;

/// <summary>What clients get wrong: each rule of the contract that a codec judges.</summary>
public class MalformedTests
{
    [Theory]
    [InlineData("""{"id":5,"publish":{"channel":"a","data":1}}""", "publish.type")]
    [InlineData("""{"id":5,"publish":{"channel":"a","type":"t"}}""", "publish.data")]
    [InlineData("""{"id":5,"publish":{"type":"t","data":1}}""", "publish.channel")]
    [InlineData("""{"id":5,"publish":{"channel":"","type":"t","data":1}}""", "publish.channel")]
    [InlineData("""{"id":5,"publish":{"channel":7,"type":"t","data":1}}""", "a string is expected; a number came")]
    [InlineData("""{"id":5,"publish":{"channel":"a","type":"t","data":1,"priority":"urgent"}}""", "'urgent' is not known here; expected is one of: critical, high, normal or low")]
    [InlineData("""{"id":5,"publish":{"channel":"a","type":"t","data":1,"confirm":"maybe"}}""", "none, accepted, persisted or delivered")]
    [InlineData("""{"id":5,"publish":{"channel":"a","type":"t","data":1,"ttlMs":9007199254740992}}""", "9007199254740991")]
    [InlineData("""{"id":5,"publish":{"channel":"a","type":"t","data":1,"ttlMs":-1}}""", "a whole number from 0")]
    [InlineData("""{"id":5,"publish":{"channel":"a","type":"t","data":1,"ttlMs":1.5}}""", "without point")]
    [InlineData("""{"id":5,"publish":{"channel":"a","type":"t","data":1,"producer":{"id":"p"}}}""", "publish.producer.sequence")]
    [InlineData("""{"id":5,"publish":{"channel":"a","type":"t","data":{"x":1,"x":2}}}""", "twice")]
    [InlineData("""{"id":5,"publish":{"channel":"a","channel":"b","type":"t","data":1}}""", "twice")]
    [InlineData("""{"id":5,"publish":{"channel":"a","type":"t","data":[1,}}""", "expected")]
    [InlineData("""{"publish":{"channel":"a","type":"t"},"id":5}""", "publish.data")]
    [InlineData("""{"id":5,"subscribe":{"channel":"a","from":"yesterday"}}""", "yesterday")]
    [InlineData("""{"id":5,"subscribe":{"channel":"a","from":{"offset":3}}}""", "from.epoch")]
    [InlineData("""{"id":5,"subscribe":{"channel":"a","from":{"last":1,"offset":3}}}""", "'from' is expected")]
    [InlineData("""{"id":5,"subscribe":{"channel":"a","mode":"both"}}""", "events or state")]
    [InlineData("""{"id":5,"subscribe":{"channel":"a","overflow":"drop"}}""", "catchUp, conflate, dropOldest or disconnect")]
    [InlineData("""{"id":5,"subscribe":{"channel":"a","ack":"yes"}}""", "auto, manual or none")]
    [InlineData("""{"id":5,"subscribe":{"channel":"a","order":"time"}}""", "lanes or offset")]
    [InlineData("""{"id":5,"subscribe":{"channel":"a","shape":{"conflate":"all"}}}""", "none, key or channel")]
    [InlineData("""{"id":5,"subscribe":{"channel":"a","shape":{"debounceMs":60001}}}""", "shape.debounceMs is 60001; a whole number from 0 to 60000 is expected")]
    [InlineData("""{"id":5,"subscribe":{"channel":"a","shape":{"debounceMaxMs":60001}}}""", "shape.debounceMaxMs")]
    [InlineData("""{"id":5,"subscribe":{"channel":"a","shape":{"batchMs":60001}}}""", "shape.batchMs")]
    [InlineData("""{"id":5,"subscribe":{"channel":"a","shape":{"batchMax":10001}}}""", "from 0 to 10000")]
    [InlineData("""{"id":5,"subscribe":{"channel":"a","shape":{"maxPerSecond":1000001}}}""", "from 0 to 1000000")]
    [InlineData("""{"id":5,"subscribe":{"channel":"a","shape":{"immediate":["t",""]}}}""", "shape.immediate has an element of 0 bytes")]
    [InlineData("""{"id":5,"subscribe":{"channel":"a","fields":[7]}}""", "a string is expected")]
    [InlineData("""{"id":5,"subscribe":{"channel":"a","filter":{"colour":["red"]}}}""", "'colour' is not known here; expected is one of: type, key, source, user, correlationId or session")]
    [InlineData("""{"id":5,"subscribe":{"channel":"a","filter":{"type":[]}}}""", "subscribe.filter.type has no values")]
    [InlineData("""{"id":5,"subscribe":{"channel":"a","filter":{"type":[""]}}}""", "subscribe.filter.type has an element of 0 bytes")]
    [InlineData("""{"id":5,"subscribe":{"channel":"a","filter":{"type":"t"}}}""", "an array is expected")]
    [InlineData("""{"id":5,"subscribe":{"channel":"a","filter":["t"]}}""", "an object is expected")]
    [InlineData("""{"id":5,"subscribe":{"channel":"a","filter":{"type":["t"],"type":["u"]}}}""", "twice")]
    [InlineData("""{"id":5,"hello":{"pieces":1023}}""", "a whole number from 1024")]
    [InlineData("""{"id":5,"hello":{"subscribe":[{"channel":"a","shape":{"batchMax":10001}}]}}""", "shape.batchMax")]
    [InlineData("""{"id":5,"ack":{"channel":"a","offset":1,"ranges":[[3,2]]}}""", "begin before it ends")]
    [InlineData("""{"id":5,"ack":{"channel":"a","offset":1,"ranges":[[3]]}}""", "[[from, to], …]")]
    [InlineData("""{"id":5,"ack":{"channel":"a","offset":1,"ranges":[[3,4,5]]}}""", "[[from, to], …]")]
    [InlineData("""{"id":5,"nack":{"channel":"a"}}""", "nack.offset")]
    [InlineData("""{"id":5,"read":{"channel":"a","what":"everything"}}""", "events, state, history, presence or stats")]
    [InlineData("""{"id":5,"mutate":{"channel":"a","key":"k","operation":"replace"}}""", "merge, set, delete")]
    [InlineData("""{"id":5,"refresh":{}}""", "refresh.token")]
    [InlineData("""{"id":5,"hello":{"subscribe":[{"from":"now"}]}}""", "subscribe.channel")]
    [InlineData("""{"id":5,"ping":{},"pong":{}}""", "one kind")]
    [InlineData("""{"id":5,"ping":3}""", "an object is expected")]
    [InlineData("""{"id":5,"dance":{}}""", "'dance' is no kind of frame")]
    [InlineData("""{"id":5}""", "the kind is missing")]
    public void Json_refuses_with_the_id_and_says_what_was_expected(string line, string expected)
    {
        var malformed = Assert.IsType<ClientFrame.Malformed>(Decode(FrameCodecs.Json, Encoding.UTF8.GetBytes(line)));

        Assert.Equal(5, malformed.Id);
        Assert.Equal(ErrorCode.BadRequest, malformed.Code);
        Assert.Contains(expected, malformed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"id":0,"ping":{}}""")]
    [InlineData("""{"id":-1,"ping":{}}""")]
    [InlineData("""{"id":9007199254740992,"ping":{}}""")]
    [InlineData("""{"id":"5","ping":{}}""")]
    [InlineData("hello")]
    [InlineData("[]")]
    [InlineData("""{"ping":{}} {"ping":{}}""")]
    public void Json_without_an_id_that_can_be_read_is_malformed_without_id(string line)
    {
        var malformed = Assert.IsType<ClientFrame.Malformed>(Decode(FrameCodecs.Json, Encoding.UTF8.GetBytes(line)));

        Assert.Equal(0, malformed.Id);
    }

    [Fact]
    public void An_unknown_kind_without_id_is_left_out_and_so_are_blank_lines()
    {
        var frames = new List<ClientFrame>();

        Assert.True(FrameCodecs.Json.TryDecodeClient("\n  \r\n{\"dance\":{\"a\":[1]}}\n{\"ping\":{}}\r\n\n"u8, Limits.FrameBytesMax, frames));

        Assert.IsType<ClientFrame.Ping>(Assert.Single(frames));
    }

    [Fact]
    public void Unknown_fields_are_passed_over_and_null_is_absent()
    {
        var publish = Assert.IsType<ClientFrame.Publish>(Decode(FrameCodecs.Json,
            """{"x":[{}],"publish":{"y":{"z":null},"channel":"a","type":"t","data":null,"key":null,"priority":null,"ttlMs":null,"producer":null},"id":3}"""u8.ToArray()));

        Assert.Equal(3, publish.Id);
        Assert.Null(publish.Key);
        Assert.Equal(Priority.Normal, publish.Priority);
        Assert.Equal("null", Encoding.UTF8.GetString(publish.Data.Span));
    }

    [Theory]
    [InlineData(WireFormat.WebSocketJson)]
    [InlineData(WireFormat.WebSocketProtobuf)]
    public void A_frame_beyond_the_limit_is_too_large_and_the_next_one_is_read(WireFormat format)
    {
        var codec = FrameCodecs.For(format);
        var buffer = new ArrayBufferWriter<byte>();
        codec.Encode(new ClientFrame.Refresh(new string('x', 500)) { Id = 8 }, buffer);
        codec.Encode(new ClientFrame.Ping { Id = 9 }, buffer);
        var frames = new List<ClientFrame>();

        Assert.True(codec.TryDecodeClient(buffer.WrittenSpan, 400, frames));

        var malformed = Assert.IsType<ClientFrame.Malformed>(frames[0]);
        Assert.Equal((8, ErrorCode.TooLarge), (malformed.Id, malformed.Code));
        Assert.Equal(9, Assert.IsType<ClientFrame.Ping>(frames[1]).Id);
    }

    [Fact]
    public void A_message_that_cannot_be_divided_is_refused_whole()
    {
        Assert.False(FrameCodecs.Json.TryDecodeClient([(byte)'{', 0xFF, (byte)'}'], Limits.FrameBytesMax, []));
        Assert.False(FrameCodecs.Protobuf.TryDecodeClient([5, 8, 1], Limits.FrameBytesMax, []));
        Assert.False(FrameCodecs.Protobuf.TryDecodeClient([0x80], Limits.FrameBytesMax, []));
    }

    [Theory]
    [InlineData("{\"a\":1", "expected")]
    [InlineData("{\"a\":1,\"a\":2}", "twice")]
    [InlineData("1 2", "Nothing is expected")]
    [InlineData("", "publish.data is required")]
    public void Protobuf_data_is_judged_as_JSON(string data, string expected)
    {
        var message = new Pb.ClientFrame
        {
            Id = 5,
            Publish = new Pb.Publish { Channel = "a", Type = "t", Data = Google.Protobuf.ByteString.CopyFromUtf8(data) },
        };

        var malformed = Assert.IsType<ClientFrame.Malformed>(Decode(FrameCodecs.Protobuf, Oracle.Delimited(message)));

        Assert.Equal((5, ErrorCode.BadRequest), (malformed.Id, malformed.Code));
        Assert.Contains(expected, malformed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Protobuf_data_is_made_compact()
    {
        var message = new Pb.ClientFrame { Publish = new Pb.Publish { Channel = "a", Type = "t", Data = Google.Protobuf.ByteString.CopyFromUtf8(" [ 1 , \" \" ] ") } };

        var publish = Assert.IsType<ClientFrame.Publish>(Decode(FrameCodecs.Protobuf, Oracle.Delimited(message)));

        Assert.Equal("[1,\" \"]", Encoding.UTF8.GetString(publish.Data.Span));
    }

    [Fact]
    public void Protobuf_refuses_words_and_numbers_that_the_contract_does_not_have()
    {
        Pb.ClientFrame[] messages =
        [
            new() { Id = 5, Publish = new Pb.Publish { Channel = "a", Type = "t", Data = Json, Priority = "urgent" } },
            new() { Id = 5, Publish = new Pb.Publish { Channel = "a", Type = "t", Data = Json, TtlMs = 1UL << 53 } },
            new() { Id = 5, Publish = new Pb.Publish { Channel = "a", Type = "t", Data = Json, TtlMs = ulong.MaxValue } },
            new() { Id = 5, Publish = new Pb.Publish { Channel = "a", Type = "t", Data = Json, Producer = new Pb.Producer { Id = "p" } } },
            new() { Id = 5, Subscribe = new Pb.Subscribe { Channel = "a", Overflow = "drop" } },
            new() { Id = 5, Subscribe = new Pb.Subscribe { Channel = "a", From = new Pb.From { Position = new Pb.Position { Offset = 1 } } } },
            new() { Id = 5, Ack = new Pb.Ack { Channel = "a", Ranges = { new Pb.Range { From = 3, To = 2 } } } },
            new() { Id = 5, Mutate = new Pb.Mutate { Channel = "a", Key = "k", Operation = "replace" } },
            new() { Id = 5, Unsubscribe = new Pb.Unsubscribe() },
            new() { Id = 5 },
        ];
        foreach (var message in messages)
        {
            var malformed = Assert.IsType<ClientFrame.Malformed>(Decode(FrameCodecs.Protobuf, Oracle.Delimited(message)));
            Assert.Equal((5, ErrorCode.BadRequest), (malformed.Id, malformed.Code));
        }
    }

    [Fact]
    public void Protobuf_takes_overlong_varints_unknown_fields_any_order_and_the_last_of_repeated_scalars()
    {
        // ping (field 13, overlong length 0), unknown field 200 (group), unknown field 201 (fixed32), id twice: 3, then 7 as five bytes
        byte[] frame = [0x6A, 0x80, 0x00, 0xC3, 0x0C, 0x08, 0x01, 0xC4, 0x0C, 0xCD, 0x0C, 1, 2, 3, 4, 0x08, 0x03, 0x08, 0x87, 0x80, 0x80, 0x80, 0x00];

        var ping = Assert.IsType<ClientFrame.Ping>(Decode(FrameCodecs.Protobuf, [(byte)(0x80 | frame.Length), 0x00, .. frame]));

        Assert.Equal(7, ping.Id);
    }

    [Fact]
    public void A_client_passes_over_frames_and_fields_that_it_does_not_know()
    {
        var frames = new List<ServerFrame>();

        Assert.True(FrameCodecs.Json.TryDecodeServer("{\"dance\":{}}\n{\"skip\":{\"channel\":\"a\",\"from\":1,\"to\":2,\"mood\":\"fine\"}}"u8, frames));
        Assert.True(FrameCodecs.Protobuf.TryDecodeServer([3, 0xC2, 0x0C, 0x00], frames));

        Assert.Equal("dance", Assert.IsType<ServerFrame.Unknown>(frames[0]).Kind);
        Assert.Equal(new ServerFrame.Skip("a", 1, 2), frames[1]);
        Assert.IsType<ServerFrame.Unknown>(frames[2]);
    }

    [Fact]
    public void Whatever_comes_is_answered_without_an_exception()
    {
        var random = new Random(20261121);
        var clock = Stopwatch.StartNew();
        var clientFrames = new List<ClientFrame>();
        var serverFrames = new List<ServerFrame>();
        byte[][] seeds = [.. Enumerable.Range(0, 200).SelectMany(Samples)];
        for (var i = 0; i < 200_000 && clock.Elapsed < TimeSpan.FromSeconds(20); i++)
        {
            byte[] message;
            if (i % 4 == 0)
            {
                message = new byte[random.Next(64)];
                random.NextBytes(message);
            }
            else
            {
                message = [.. seeds[random.Next(seeds.Length)]];
                for (var changes = random.Next(1, 4); changes > 0 && message.Length > 0; changes--)
                    message[random.Next(message.Length)] = (byte)(random.Next(2) == 0 ? random.Next(256) : "{}[]\",:\\0"u8[random.Next(9)]);

                message = message[..random.Next(message.Length + 1)];
            }

            clientFrames.Clear();
            serverFrames.Clear();
            foreach (var codec in new[] { FrameCodecs.Json, FrameCodecs.Protobuf })
            {
                codec.TryDecodeClient(message, 1024, clientFrames);
                codec.TryDecodeServer(message, serverFrames);
            }

            Assert.All(clientFrames, f => Assert.InRange(f.Id, 0, Limits.IntegerMax));
        }
    }

    private static Google.Protobuf.ByteString Json => Google.Protobuf.ByteString.CopyFromUtf8("1");

    private static IEnumerable<byte[]> Samples(int seed)
    {
        foreach (var codec in new[] { FrameCodecs.Json, FrameCodecs.Protobuf })
        {
            var buffer = new ArrayBufferWriter<byte>();
            codec.Encode(new RandomFrames(seed).Client(), buffer);
            yield return buffer.WrittenSpan.ToArray();
            buffer.ResetWrittenCount();
            codec.Encode(new RandomFrames(seed).Server(), buffer);
            yield return buffer.WrittenSpan.ToArray();
        }
    }

    private static ClientFrame Decode(IFrameCodec codec, byte[] message)
    {
        var frames = new List<ClientFrame>();
        Assert.True(codec.TryDecodeClient(message, Limits.FrameBytesMax, frames));
        return Assert.Single(frames);
    }
}

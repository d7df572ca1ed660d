using System.Buffers;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Protocol.Tests.Codecs;

/// <summary>What a subscription may ask for at most: the same in both encodings, and told in the same words to whoever asks before sending.</summary>
public class SubscriptionBoundsTests
{
    private static readonly string[] _tooManyNames = [.. Enumerable.Range(0, Limits.NamesMax + 1).Select(i => $"n{i}")];

    public static TheoryData<string, ClientFrame.Subscribe> OutOfBounds => new()
    {
        { "shape.debounceMs is 60001", new() { Channel = "a", Shape = new Shape { DebounceMs = 60_001 } } },
        { "shape.batchMax is 10001", new() { Channel = "a", Shape = new Shape { BatchMax = 10_001 } } },
        { "shape.maxPerSecond is 1000001", new() { Channel = "a", Shape = new Shape { MaxPerSecond = 1_000_001 } } },
        { "shape.immediate has 65 elements", new() { Channel = "a", Shape = new Shape { Immediate = _tooManyNames } } },
        { "none, key or channel", new() { Channel = "a", Shape = new Shape { Conflate = "all" } } },
        { "subscribe.fields has 65 elements", new() { Channel = "a", Fields = _tooManyNames } },
        { "subscribe.fields has an element of 201 bytes", new() { Channel = "a", Fields = [new string('x', 201)] } },
        { "subscribe.fields has an element of 202 bytes", new() { Channel = "a", Fields = [new string('ß', 101)] } },
        { "subscribe.filter.type has 65 elements", new() { Channel = "a", Filter = [new AttributeFilter("type", _tooManyNames)] } },
        { "subscribe.filter.key has an element of 201 bytes", new() { Channel = "a", Filter = [new AttributeFilter("key", [new string('x', 201)])] } },
        { "subscribe.filter.user has no values", new() { Channel = "a", Filter = [new AttributeFilter("user", [])] } },
        { "type, key, source, user, correlationId or session", new() { Channel = "a", Filter = [new AttributeFilter("offset", ["1"])] } },
    };

    [Theory]
    [MemberData(nameof(OutOfBounds))]
    public void What_is_out_of_bounds_is_refused_in_both_encodings_and_known_before(string expected, ClientFrame.Subscribe frame)
    {
        var fault = SubscriptionBounds.FaultOf(frame.Shape, frame.Fields, frame.Filter);

        Assert.Contains(expected, fault, StringComparison.Ordinal);
        foreach (var codec in new[] { FrameCodecs.Json, FrameCodecs.Protobuf })
        {
            var malformed = Assert.IsType<ClientFrame.Malformed>(Back(codec, frame with { Id = 5 }));
            Assert.Equal((5, ErrorCode.BadRequest), (malformed.Id, malformed.Code));
            Assert.Contains(expected, malformed.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_is_just_in_bounds_is_taken()
    {
        string[] names = [.. Enumerable.Range(0, Limits.NamesMax).Select(i => $"{i}".PadLeft(Limits.NameBytesMax, 'n'))];
        var frame = new ClientFrame.Subscribe
        {
            Channel = "a",
            Fields = names,
            Filter = [new AttributeFilter("type", names), new AttributeFilter("session", ["*"])],
            Shape = new Shape { DebounceMs = 60_000, DebounceMaxMs = 60_000, BatchMs = 60_000, BatchMax = 10_000, MaxPerSecond = 1_000_000, Immediate = names, Conflate = "key" },
        };

        Assert.Null(SubscriptionBounds.FaultOf(frame.Shape, frame.Fields, frame.Filter));
        foreach (var codec in new[] { FrameCodecs.Json, FrameCodecs.Protobuf })
            Assert.Equal(frame.Filter, Assert.IsType<ClientFrame.Subscribe>(Back(codec, frame)).Filter);
    }

    [Fact]
    public void An_attribute_twice_is_refused_where_the_encoding_can_say_it()
    {
        var frame = new ClientFrame.Subscribe { Channel = "a", Filter = [new AttributeFilter("type", ["t"]), new AttributeFilter("type", ["u"])] };

        Assert.Contains("twice", Assert.IsType<ClientFrame.Malformed>(Back(FrameCodecs.Protobuf, frame)).Message, StringComparison.Ordinal);
        Assert.Contains("twice", Assert.IsType<ClientFrame.Malformed>(Back(FrameCodecs.Json, frame)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_filter_of_nothing_is_none()
        => Assert.Null(Assert.IsType<ClientFrame.Subscribe>(Back(FrameCodecs.Json, new ClientFrame.Subscribe { Channel = "a", Filter = [] })).Filter);

    private static ClientFrame Back(IFrameCodec codec, ClientFrame frame)
    {
        var buffer = new ArrayBufferWriter<byte>();
        codec.Encode(frame, buffer);
        var frames = new List<ClientFrame>();
        Assert.True(codec.TryDecodeClient(buffer.WrittenSpan, Limits.FrameBytesMax, frames));
        return Assert.Single(frames);
    }
}

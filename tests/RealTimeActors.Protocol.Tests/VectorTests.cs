using System.Buffers;
using System.Text;
using System.Text.Json;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Framing;
using RealTimeActors.Protocol.Integrity;
using RealTimeActors.Protocol.Tests.Codecs;
using Pb = Realtime.V1;

namespace RealTimeActors.Protocol.Tests;

/// <summary>The golden vectors that clients of every language are held against. The JSON was written by hand, the hashes by another program.</summary>
public class VectorTests
{
    public static TheoryData<string, string, string> ClientFrames => Frames("client-frames.json");

    public static TheoryData<string, string, string> ServerFrames => Frames("server-frames.json");

    public static TheoryData<string, string> Malformed => Named("malformed.json");

    public static TheoryData<string, string> Hashes => Named("hashes.json");

    public static TheoryData<string, string> WebSocket => Named("websocket.json");

    [Theory]
    [MemberData(nameof(ClientFrames))]
    public void A_client_frame_is_the_same_in_both_encodings(string name, string json, string hex)
    {
        var fromJson = DecodeClient(FrameCodecs.Json, Encoding.UTF8.GetBytes(json));
        var fromProtobuf = DecodeClient(FrameCodecs.Protobuf, Convert.FromHexString(hex));

        Assert.True(json == Text(FrameCodecs.Json, fromProtobuf), name);
        Assert.Equal(json, Text(FrameCodecs.Json, fromJson));
        Assert.Equal(hex, Hex(FrameCodecs.Protobuf, fromJson));
        Assert.Equal(Oracle.ToMessage(fromJson), Pb.ClientFrame.Parser.ParseDelimitedFrom(new MemoryStream(Convert.FromHexString(hex))));
    }

    [Theory]
    [MemberData(nameof(ServerFrames))]
    public void A_server_frame_is_the_same_in_both_encodings(string name, string json, string hex)
    {
        var fromJson = DecodeServer(FrameCodecs.Json, Encoding.UTF8.GetBytes(json));
        var fromProtobuf = DecodeServer(FrameCodecs.Protobuf, Convert.FromHexString(hex));

        Assert.True(json == Text(FrameCodecs.Json, fromProtobuf), name);
        Assert.Equal(json, Text(FrameCodecs.Json, fromJson));
        Assert.Equal(hex, Hex(FrameCodecs.Protobuf, fromJson));
        Assert.Equal(Oracle.ToMessage(fromJson), Pb.ServerFrame.Parser.ParseDelimitedFrom(new MemoryStream(Convert.FromHexString(hex))));
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public void A_malformed_frame_gets_its_code(string name, string vector)
    {
        var v = JsonDocument.Parse(vector).RootElement;
        var frames = new List<ClientFrame>();

        var isDivided = v.TryGetProperty("json", out var json)
            ? FrameCodecs.Json.TryDecodeClient(Encoding.UTF8.GetBytes(json.GetString()!), Limits.FrameBytesMax, frames)
            : FrameCodecs.Protobuf.TryDecodeClient(Convert.FromHexString(v.GetProperty("protobuf").GetString()!), Limits.FrameBytesMax, frames);

        Assert.True(isDivided, name);
        var malformed = Assert.IsType<ClientFrame.Malformed>(Assert.Single(frames));
        Assert.Equal(v.GetProperty("code").GetInt32(), (int)malformed.Code);
        Assert.Equal(v.GetProperty("id").GetInt64(), malformed.Id);
    }

    [Theory]
    [MemberData(nameof(Hashes))]
    public void An_event_has_its_hash(string name, string vector)
    {
        var v = JsonDocument.Parse(vector).RootElement;
        var e = v.GetProperty("event");
        var body = new ChannelEvent
        {
            Channel = e.GetProperty("channel").GetString()!,
            Offset = e.GetProperty("offset").GetInt64(),
            Id = e.GetProperty("id").GetString()!,
            Type = e.GetProperty("type").GetString()!,
            TimeUnixMs = e.GetProperty("timeUnixMs").GetInt64(),
            Priority = Enum.Parse<Priority>(e.GetProperty("priority").GetString()!, ignoreCase: true),
            User = Optional("user"),
            Key = Optional("key"),
            Source = Optional("source"),
            CorrelationId = Optional("correlationId"),
            Data = Encoding.UTF8.GetBytes(v.GetProperty("data").GetString()!),
        };
        var commitment = new byte[EventHash.Bytes];
        var hash = new byte[EventHash.Bytes];

        EventHash.Commit(body.Data.Span, Bytes("salt"), commitment);
        EventHash.Compute(body, v.GetProperty("epoch").GetString()!, commitment, Bytes("previousHash"), hash);

        Assert.True(v.GetProperty("commitment").GetString() == Convert.ToHexStringLower(commitment), name);
        Assert.Equal(v.GetProperty("hash").GetString(), Convert.ToHexStringLower(hash));

        string? Optional(string field) => e.TryGetProperty(field, out var value) ? value.GetString() : null;
        byte[] Bytes(string field) => Convert.FromHexString(v.GetProperty(field).GetString()!);
    }

    [Theory]
    [MemberData(nameof(WebSocket))]
    public void A_client_s_bytes_are_read_as_they_must_be(string name, string vector)
    {
        var v = JsonDocument.Parse(vector).RootElement;
        var rest = Convert.FromHexString(v.GetProperty("clientBytes").GetString()!).AsSpan();
        using var reader = new WebSocketReader();
        foreach (var expected in v.GetProperty("reads").EnumerateArray())
        {
            var read = reader.Read(rest, out var consumed, out var payload);
            rest = rest[consumed..];

            Assert.True(string.Equals(expected.GetProperty("kind").GetString(), read.ToString(), StringComparison.OrdinalIgnoreCase), name);
            if (expected.TryGetProperty("status", out var status))
                Assert.Equal(status.GetInt32(), reader.Status);
            else
                Assert.Equal(expected.GetProperty("payload").GetString(), Convert.ToHexStringLower(payload));
        }

        Assert.True(rest.IsEmpty);
    }

    [Fact]
    public void There_are_enough_of_them()
    {
        Assert.InRange(ClientFrames.Count + ServerFrames.Count, 50, 500);
        Assert.InRange(Malformed.Count, 20, 500);
    }

    private static TheoryData<string, string, string> Frames(string file)
    {
        var data = new TheoryData<string, string, string>();
        foreach (var v in Load(file))
            data.Add(v.GetProperty("name").GetString()!, v.GetProperty("json").GetString()!, v.GetProperty("protobuf").GetString()!);

        return data;
    }

    private static TheoryData<string, string> Named(string file)
    {
        var data = new TheoryData<string, string>();
        foreach (var v in Load(file))
            data.Add(v.GetProperty("name").GetString()!, v.GetRawText());

        return data;
    }

    private static List<JsonElement> Load(string file)
        => [.. JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "vectors", file))).RootElement.EnumerateArray()];

    private static ClientFrame DecodeClient(IFrameCodec codec, byte[] message)
    {
        var frames = new List<ClientFrame>();
        Assert.True(codec.TryDecodeClient(message, Limits.FrameBytesMax, frames));
        return Assert.Single(frames);
    }

    private static ServerFrame DecodeServer(IFrameCodec codec, byte[] message)
    {
        var frames = new List<ServerFrame>();
        Assert.True(codec.TryDecodeServer(message, frames));
        return Assert.Single(frames);
    }

    private static string Text(IFrameCodec codec, object frame) => Encoding.UTF8.GetString(Encode(codec, frame)).TrimEnd('\n');

    private static string Hex(IFrameCodec codec, object frame) => Convert.ToHexStringLower(Encode(codec, frame));

    private static ReadOnlySpan<byte> Encode(IFrameCodec codec, object frame)
    {
        var buffer = new ArrayBufferWriter<byte>();
        if (frame is ClientFrame client)
            codec.Encode(client, buffer);
        else
            codec.Encode((ServerFrame)frame, buffer);

        return buffer.WrittenSpan;
    }
}

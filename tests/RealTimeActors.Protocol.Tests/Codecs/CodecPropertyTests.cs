using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;
using Pb = Realtime.V1;

namespace RealTimeActors.Protocol.Tests.Codecs;

/// <summary>What holds for every frame. The seed of a frame that fails is in the message of the failure.</summary>
public class CodecPropertyTests
{
    private static readonly Config _config = Config.QuickThrowOnFailure.WithMaxTest(2000);

    [Fact]
    public void Json_reads_back_every_client_frame() => ForEverySeed(seed =>
    {
        var frame = new RandomFrames(seed).Client();

        var back = Decode<ClientFrame>(FrameCodecs.Json, Encode(FrameCodecs.Json, frame));

        Assert.Equal(Oracle.ToMessage(frame), Oracle.ToMessage(back));
    });

    [Fact]
    public void Json_reads_back_every_server_frame() => ForEverySeed(seed =>
    {
        var frame = new RandomFrames(seed).Server();

        var back = DecodeServer(FrameCodecs.Json, Encode(FrameCodecs.Json, frame));

        Assert.Equal(Oracle.ToMessage(frame), Oracle.ToMessage(back));
    });

    [Fact]
    public void Protobuf_of_every_client_frame_is_the_bytes_that_generated_code_writes() => ForEverySeed(seed =>
    {
        var frame = new RandomFrames(seed).Client();

        var bytes = Encode(FrameCodecs.Protobuf, frame);

        Assert.Equal(Oracle.ToMessage(frame), Pb.ClientFrame.Parser.ParseDelimitedFrom(new MemoryStream(bytes)));
        Assert.Equal(Oracle.Delimited(Oracle.ToMessage(frame)), bytes);
    });

    [Fact]
    public void Protobuf_of_every_server_frame_is_the_bytes_that_generated_code_writes() => ForEverySeed(seed =>
    {
        var frame = new RandomFrames(seed).Server();

        var bytes = Encode(FrameCodecs.Protobuf, frame);

        Assert.Equal(Oracle.ToMessage(frame), Pb.ServerFrame.Parser.ParseDelimitedFrom(new MemoryStream(bytes)));
        Assert.Equal(Oracle.Delimited(Oracle.ToMessage(frame)), bytes);
    });

    [Fact]
    public void Protobuf_reads_what_generated_code_writes() => ForEverySeed(seed =>
    {
        var frames = new RandomFrames(seed);
        var client = Oracle.ToMessage(frames.Client());
        var server = Oracle.ToMessage(frames.Server());

        Assert.Equal(client, Oracle.ToMessage(Decode<ClientFrame>(FrameCodecs.Protobuf, Oracle.Delimited(client))));
        Assert.Equal(server, Oracle.ToMessage(DecodeServer(FrameCodecs.Protobuf, Oracle.Delimited(server))));
    });

    [Fact]
    public void A_message_of_many_frames_reads_as_its_frames_one_by_one() => ForEverySeed(seed =>
    {
        var random = new RandomFrames(seed);
        ClientFrame[] frames = [random.Client(), random.Client(), random.Client()];
        foreach (var codec in new[] { FrameCodecs.Json, FrameCodecs.Protobuf })
        {
            var message = frames.SelectMany(f => Encode(codec, f)).ToArray();
            var back = new List<ClientFrame>();

            Assert.True(codec.TryDecodeClient(message, Limits.FrameBytesMax, back));

            Assert.Equal(frames.Select(Oracle.ToMessage), back.Select(Oracle.ToMessage));
        }
    });

    private static void ForEverySeed(Action<int> check) => Check.One(_config, Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), check));

    private static byte[] Encode(IFrameCodec codec, ClientFrame frame)
    {
        var buffer = new ArrayBufferWriter<byte>();
        codec.Encode(frame, buffer);
        return buffer.WrittenSpan.ToArray();
    }

    private static byte[] Encode(IFrameCodec codec, ServerFrame frame)
    {
        var buffer = new ArrayBufferWriter<byte>();
        codec.Encode(frame, buffer);
        return buffer.WrittenSpan.ToArray();
    }

    private static T Decode<T>(IFrameCodec codec, byte[] message)
        where T : ClientFrame
    {
        var frames = new List<ClientFrame>();
        Assert.True(codec.TryDecodeClient(message, Limits.MessageBytesMax, frames));
        return Assert.IsType<T>(Assert.Single(frames), exactMatch: false);
    }

    private static ServerFrame DecodeServer(IFrameCodec codec, byte[] message)
    {
        var frames = new List<ServerFrame>();
        Assert.True(codec.TryDecodeServer(message, frames));
        return Assert.Single(frames);
    }
}

using System.Buffers;
using System.Buffers.Binary;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Connections;

internal static class WireMessages
{
    [ThreadStatic] private static ArrayBufferWriter<byte>? _frame;
    internal static void WriteEvent(WireFormat f, ChannelEvent e, IBufferWriter<byte> to) => Write(f, new ServerFrame.Event(e), to);
    internal static void Write(WireFormat f, ServerFrame e, IBufferWriter<byte> to)
    {
        var frame = _frame ??= new(4096); frame.ResetWrittenCount();
        FrameCodecs.For(f).Encode(e, frame);
        Header(to, f == WireFormat.WebSocketJson ? 1 : 2, frame.WrittenCount); to.Write(frame.WrittenSpan);
    }
    internal static void WritePong(ReadOnlySpan<byte> p, IBufferWriter<byte> to) { Header(to, 10, p.Length); to.Write(p); }
    private static void Header(IBufferWriter<byte> to, int opcode, int length)
    {
        var s = to.GetSpan(10); s[0] = (byte)(0x80 | opcode);
        if (length < 126) { s[1] = (byte)length; to.Advance(2); }
        else if (length < 65536) { s[1] = 126; BinaryPrimitives.WriteUInt16BigEndian(s[2..], (ushort)length); to.Advance(4); }
        else { s[1] = 127; BinaryPrimitives.WriteUInt64BigEndian(s[2..], (ulong)length); to.Advance(10); }
    }
}

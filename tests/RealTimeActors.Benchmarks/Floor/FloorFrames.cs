using RealTimeActors.Benchmarks.Load;

namespace RealTimeActors.Benchmarks.Floor;

/// <summary>The four server frames the floor needs, as WebSocket messages from a server.</summary>
internal static class FloorFrames
{
    internal static void Event(ByteWriter to, ReadOnlySpan<byte> channel, long offset, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        // The fields of the contract that the product fills on every event, the id of 20 characters among them, so that the frame is as long as its.
        var body = Text(1, channel.Length) + 1 + ByteWriter.VarintLength((ulong)offset) + Text(3, 20) + Text(4, type.Length) + 7 + Text(6, 6) + Text(12, data.Length);
        var frame = Text(4, body);
        var message = ByteWriter.VarintLength((ulong)frame) + frame;

        to.Clear();
        Header(to, message);
        to.Varint((ulong)frame);
        to.Varint(4 << 3 | 2);
        to.Varint((ulong)body);
        to.Field(1, channel);
        to.Field(2, (ulong)offset);
        to.Field(3, "e-0123456789abcdefgh"u8);
        to.Field(4, type);
        to.Field(5, 1_763_700_000_000UL);
        to.Field(6, "normal"u8);
        to.Field(12, data);
    }

    internal static void Welcome(ByteWriter to, ReadOnlySpan<byte> channel, long offset)
    {
        var subscribed = new ByteWriter(capacity: 256);
        subscribed.Field(1, channel);
        subscribed.Field(3, (ulong)offset);
        var welcome = new ByteWriter(capacity: 256);
        if (!channel.IsEmpty) welcome.Field(5, subscribed.Written);
        var frame = new ByteWriter(capacity: 256);
        frame.Field(1, 1);
        frame.Field(2, welcome.Written);

        to.Clear();
        Header(to, ByteWriter.VarintLength((ulong)frame.Length) + frame.Length);
        to.Varint((ulong)frame.Length);
        to.Bytes(frame.Written);
    }

    /// <summary>A receipt without its WebSocket header: those of one read leave in one message.</summary>
    internal static void Receipt(ByteWriter to, ulong id, long offset)
    {
        var body = Text(1, 8) + 1 + ByteWriter.VarintLength((ulong)offset);
        to.Varint((ulong)(1 + ByteWriter.VarintLength(id) + Text(5, body)));
        to.Field(1, id);
        to.Varint(5 << 3 | 2);
        to.Varint((ulong)body);
        to.Field(1, "accepted"u8);
        to.Field(4, (ulong)offset);
    }

    internal static void Header(ByteWriter to, int length)
    {
        if (length < 126) to.Bytes([0x82, (byte)length]);
        else if (length <= ushort.MaxValue) to.Bytes([0x82, 126, (byte)(length >> 8), (byte)length]);
        else to.Bytes([0x82, 127, 0, 0, 0, 0, (byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length]);
    }

    private static int Text(int number, int length) => (number < 16 ? 1 : 2) + ByteWriter.VarintLength((ulong)length) + length;
}

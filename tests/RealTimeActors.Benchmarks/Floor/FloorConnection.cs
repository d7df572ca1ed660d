using System.Buffers.Binary;
using RealTimeActors.Benchmarks.Dialects;
using RealTimeActors.Benchmarks.Load;

namespace RealTimeActors.Benchmarks.Floor;

/// <summary>What one client sends: a hello that may subscribe, publishes, acks.</summary>
internal sealed class FloorConnection(IFloorOutlet outlet, FloorLane lane)
{
    private readonly ByteWriter _receipts = new(capacity: 256);
    private readonly ByteWriter _out = new(capacity: 256);
    private FloorRing? _ring;

    /// <summary>Handles the whole WebSocket messages in <paramref name="bytes"/> and returns how many bytes they took.</summary>
    internal int Take(Span<byte> bytes)
    {
        var taken = 0;
        _receipts.Clear();
        while (true)
        {
            var rest = bytes[taken..];
            if (rest.Length < 6) break;
            var length = rest[1] & 0x7F;
            var header = 6;
            if (length == 126)
            {
                if (rest.Length < 8) break;
                length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
                header = 8;
            }
            else if (length == 127)
            {
                if (rest.Length < 14) break;
                length = (int)BinaryPrimitives.ReadUInt64BigEndian(rest[2..]);
                header = 14;
            }

            if (rest.Length < header + length) break;
            var payload = rest.Slice(header, length);
            Unmask(payload, rest.Slice(header - 4, 4));
            Frames(payload);
            taken += header + length;
        }

        if (_receipts.Length > 0)
        {
            _out.Clear();
            FloorFrames.Header(_out, _receipts.Length);
            _out.Bytes(_receipts.Written);
            outlet.Answer(_out.WrittenMemory);
            lane.Schedule();
        }

        return taken;
    }

    private static void Unmask(Span<byte> payload, ReadOnlySpan<byte> mask)
    {
        // Done for every mask, zero or not, because the product does it, too.
        for (var at = 0; at < payload.Length; at++) payload[at] ^= mask[at & 3];
    }

    private void Frames(ReadOnlySpan<byte> payload)
    {
        var at = 0;
        while (ProtoFields.TryVarint(payload, ref at, out var length))
        {
            var frame = payload.Slice(at, (int)length);
            at += (int)length;
            var inner = 0;
            var id = 0UL;
            while (ProtoFields.TryNext(frame, ref inner, out var kind, out var value, out var body))
            {
                if (kind == 1) id = value;
                else if (kind == 2) Hello(body);
                else if (kind == 5) Publish(id, body);
            }
        }
    }

    private void Hello(ReadOnlySpan<byte> hello)
    {
        var at = 0;
        while (ProtoFields.TryNext(hello, ref at, out var number, out _, out var subscribe))
        {
            if (number != 4) continue;
            var inner = 0;
            _ = ProtoFields.TryNext(subscribe, ref inner, out _, out _, out var channel);
            var name = channel.ToArray();
            lane.Subscribe(lane.Ring(channel), outlet, offset =>
            {
                FloorFrames.Welcome(_out, name, offset);
                outlet.Answer(_out.WrittenMemory);
            });
            return;
        }

        FloorFrames.Welcome(_out, [], offset: 0);
        outlet.Answer(_out.WrittenMemory);
    }

    private void Publish(ulong id, ReadOnlySpan<byte> publish)
    {
        ReadOnlySpan<byte> channel = default, type = default, data = default;
        var at = 0;
        while (ProtoFields.TryNext(publish, ref at, out var number, out _, out var value))
        {
            if (number == 1) channel = value;
            else if (number == 2) type = value;
            else if (number == 3) data = value;
        }

        _ring ??= lane.Ring(channel);
        FloorFrames.Receipt(_receipts, id, lane.Publish(_ring, channel, type, data));
    }
}

using System.Buffers.Binary;
using System.Text;

namespace RealTimeActors.Edge.Tests.Metrics;

/// <summary>One field of a protobuf message, read without its schema: enough to look into what a collector is sent.</summary>
internal sealed record ProtobufField(int Number, ulong Scalar, ReadOnlyMemory<byte> Bytes)
{
    internal string Text => Encoding.UTF8.GetString(Bytes.Span);

    internal string Hex => Convert.ToHexStringLower(Bytes.Span);

    /// <summary>The fields inside, of a message.</summary>
    internal IReadOnlyList<ProtobufField> Fields => Read(Bytes);

    internal IEnumerable<ProtobufField> All(int number) => Fields.Where(field => field.Number == number);

    internal static IReadOnlyList<ProtobufField> Read(ReadOnlyMemory<byte> message)
    {
        var fields = new List<ProtobufField>();
        while (message.Length > 0)
        {
            var key = Varint(ref message);
            var number = (int)(key >> 3);
            switch (key & 7)
            {
                case 0:
                    fields.Add(new ProtobufField(number, Varint(ref message), default));
                    break;
                case 1:
                    fields.Add(new ProtobufField(number, BinaryPrimitives.ReadUInt64LittleEndian(message.Span), message[..8]));
                    message = message[8..];
                    break;
                case 2:
                    var length = (int)Varint(ref message);
                    fields.Add(new ProtobufField(number, 0, message[..length]));
                    message = message[length..];
                    break;
                case 5:
                    fields.Add(new ProtobufField(number, BinaryPrimitives.ReadUInt32LittleEndian(message.Span), message[..4]));
                    message = message[4..];
                    break;
                default:
                    throw new FormatException($"Wire type {key & 7} of field {number} is not protobuf.");
            }
        }

        return fields;
    }

    private static ulong Varint(ref ReadOnlyMemory<byte> from)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var octet = from.Span[0];
            from = from[1..];
            value |= (ulong)(octet & 0x7f) << shift;
            if (octet < 0x80)
                return value;
        }
    }
}

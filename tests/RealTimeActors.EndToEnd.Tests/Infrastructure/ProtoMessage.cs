using System.Text;

namespace RealTimeActors.EndToEnd.Tests.Infrastructure;

/// <summary>The fields of a Protobuf message by their numbers; an absent one has its default, as proto3 says.</summary>
internal sealed class ProtoMessage
{
    private readonly Dictionary<int, ulong> _numbers = [];
    private readonly Dictionary<int, List<byte[]>> _bytes = [];

    internal ProtoMessage(byte[] bytes)
    {
        for (var at = 0; at < bytes.Length;)
        {
            var key = Proto.ReadVarint(bytes, ref at);
            var field = (int)(key >> 3);
            switch (key & 7)
            {
                case 0:
                    _numbers[field] = Proto.ReadVarint(bytes, ref at);
                    break;
                case 1:
                    at += 8;
                    break;
                case 2:
                    var length = (int)Proto.ReadVarint(bytes, ref at);
                    if (!_bytes.TryGetValue(field, out var values))
                        _bytes[field] = values = [];

                    values.Add(bytes[at..(at + length)]);
                    at += length;
                    break;
                default:
                    throw new InvalidDataException($"Wire types 0, 1 and 2 are expected; {key & 7} came in field {field}.");
            }
        }
    }

    internal bool Has(int field) => _numbers.ContainsKey(field) || _bytes.ContainsKey(field);

    internal ulong Number(int field) => _numbers.GetValueOrDefault(field);

    internal byte[] Bytes(int field) => _bytes.TryGetValue(field, out var values) ? values[^1] : [];

    internal string Text(int field) => Encoding.UTF8.GetString(Bytes(field));

    internal ProtoMessage Message(int field) => new(Bytes(field));

    public override string ToString() =>
        string.Join(' ', _numbers.Select(field => $"{field.Key}: {field.Value}").Concat(_bytes.Select(field => $"{field.Key}: '{Encoding.UTF8.GetString(field.Value[^1])}'")));
}

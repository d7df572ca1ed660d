using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using RealTimeActors.Protocol.Json;

namespace RealTimeActors.Protocol.Codecs;

/// <summary>What stands behind a field's number in Protobuf's wire format.</summary>
internal enum Wire : byte
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    Group = 3,
    GroupEnd = 4,
    Fixed32 = 5,
}

/// <summary>Walks through the fields of one message. A field of a known number but another wire type counts as unknown, as everywhere in Protobuf.</summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> message)
{
    private const int GroupsMax = 32;
    private readonly ReadOnlySpan<byte> _message = message;
    private int _at;
    private ulong _number;

    /// <summary>What was wrong; null: nothing so far.</summary>
    public string? Error { get; private set; }

    /// <summary>The number of the present field.</summary>
    public int Field { get; private set; }

    public Wire Wire { get; private set; }

    /// <summary>The present field, where it has a length.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>The present field as it came, where it is a varint.</summary>
    public readonly ulong Number => _number;

    /// <summary>Goes to the next field. False: there is none, or something was wrong.</summary>
    public bool Next()
    {
        if (Error is not null || _at == _message.Length)
            return false;

        if (!TryReadVarint(_message, ref _at, out var tag) || tag > uint.MaxValue || tag >> 3 == 0)
            return Fail("A field is expected; its number is none or not complete.");

        Field = (int)(tag >> 3);
        Wire = (Wire)(tag & 7);
        return TakeValue(0);
    }

    /// <summary>A varint of at most 10 bytes; longer than necessary is legal.</summary>
    public static bool TryReadVarint(ReadOnlySpan<byte> bytes, ref int at, out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (at >= bytes.Length)
                return false;

            var b = bytes[at++];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
                return true;
        }

        return false;
    }

    /// <summary>The present varint, which must be in range.</summary>
    public bool Integer(string name, ref long value) => Integer(name, 0, ref value);

    /// <summary>The present varint, which must be in range.</summary>
    public bool Integer(string name, long least, ref long value)
    {
        var number = (long)_number;
        if (number < least || number > Limits.IntegerMax)
            return Fail($"{name} is {(least < 0 ? number.ToString() : _number.ToString())}; a whole number from {least} to {Limits.IntegerMax} is expected.");

        value = number;
        return true;
    }

    /// <summary>The present varint, which must be in range; there is one, even where it is 0.</summary>
    public bool Integer(string name, ref long? value)
    {
        long number = 0;
        if (!Integer(name, ref number))
            return false;

        value = number;
        return true;
    }

    /// <summary>The present bytes as text; the empty one is absent.</summary>
    public bool Text(string name, ref string? value)
    {
        if (!Utf8.IsValid(Bytes))
            return Fail($"{name}: text in UTF-8 is expected; the bytes are not UTF-8.");

        value = Bytes.IsEmpty ? null : Encoding.UTF8.GetString(Bytes);
        return true;
    }

    /// <summary>The present bytes as a JSON value, checked and without white space; no bytes are none.</summary>
    public bool Json(string name, ref byte[]? value)
    {
        if (Bytes.IsEmpty)
            value = null;
        else if (!JsonText.TryCompact(Bytes, out value, out var error))
            return Fail($"{name}: {error}");

        return true;
    }

    public bool Fail(string error)
    {
        Error ??= error;
        return false;
    }

    public bool Require([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] object? value, string name)
        => value is not null || Fail($"{name} is required; it is absent or empty.");

    private bool TakeValue(int depth)
    {
        switch (Wire)
        {
            case Wire.Varint:
                return TryReadVarint(_message, ref _at, out _number) || Fail($"Field {Field} ends in the middle of a number.");
            case Wire.Fixed64:
                if (_message.Length - _at < 8)
                    return Fail($"Field {Field} is longer than the frame.");

                _number = BinaryPrimitives.ReadUInt64LittleEndian(_message[_at..]);
                _at += 8;
                return true;
            case Wire.Fixed32:
                if (_message.Length - _at < 4)
                    return Fail($"Field {Field} is longer than the frame.");

                _at += 4;
                return true;
            case Wire.Bytes:
                if (!TryReadVarint(_message, ref _at, out var length) || length > (ulong)(_message.Length - _at))
                    return Fail($"Field {Field} is longer than the frame.");

                Bytes = _message.Slice(_at, (int)length);
                _at += (int)length;
                return true;
            case Wire.Group:
                return TakeGroup(depth);
            default:
                return Fail($"Field {Field} is of no type that Protobuf has.");
        }
    }

    /// <summary>Passes over a group (an old form of nested message, never ours).</summary>
    private bool TakeGroup(int depth)
    {
        var field = Field;
        if (depth == GroupsMax)
            return Fail($"Groups are deeper than {GroupsMax} levels.");

        while (true)
        {
            if (!TryReadVarint(_message, ref _at, out var tag) || tag > uint.MaxValue || tag >> 3 == 0)
                return Fail($"Field {field} is a group without end.");

            Field = (int)(tag >> 3);
            Wire = (Wire)(tag & 7);
            if (Wire is Wire.GroupEnd)
            {
                Wire = Wire.Group;
                return Field == field || Fail($"Field {field} is a group that ends as another.");
            }

            if (!TakeValue(depth + 1))
                return false;
        }
    }
}

using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.Intrinsics;
using System.Text;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Json;

namespace RealTimeActors.Protocol.Integrity;

/// <summary>
/// Version 1 of the hash that chains the events of a log, and of the commitment to their data. PROTOCOL.md, "The hash", has the layout and an example.
/// </summary>
public static partial class EventHash
{
    /// <summary>Bytes of a hash, and of a commitment.</summary>
    public const int Bytes = 32;

    /// <summary>Bytes of the random salt of an event.</summary>
    public const int SaltBytes = 16;

    private const byte Version = 1;
    private const byte KindOther = 0;
    private const byte KindObject = 1;
    private const int FieldsOnStackMax = 32;
    private const int BytesOnStackMax = 1024;
    private const int SaltBlocksAtOnce = 8;

    private const int SaltDomainBytes = 16;
    private const int SaltBlockBytes = SaltDomainBytes + SaltBytes + sizeof(int);

    /// <summary>"realtime.v1.salt", room for a salt and a number, and how 36 bytes are padded (<see cref="Sha256Lanes.Pad"/>): they are 288 bits.</summary>
    private static ReadOnlySpan<byte> SaltBlockPadded =>
    [
        (byte)'r', (byte)'e', (byte)'a', (byte)'l', (byte)'t', (byte)'i', (byte)'m', (byte)'e', (byte)'.', (byte)'v', (byte)'1', (byte)'.', (byte)'s', (byte)'a', (byte)'l', (byte)'t',
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x01, 0x20,
    ];

    /// <summary>Commits to <paramref name="data"/> field by field, so that single fields can be shown or withheld later.</summary>
    /// <param name="data">A compact JSON value (<see cref="JsonText.TryCompact"/>).</param>
    /// <param name="salt">The random salt of the event, 16 bytes; kept beside it in the log.</param>
    /// <param name="commitment">Receives 32 bytes.</param>
    public static void Commit(ReadOnlySpan<byte> data, ReadOnlySpan<byte> salt, Span<byte> commitment)
    {
        if (salt.Length != SaltBytes)
            throw new ArgumentException($"A salt of {SaltBytes} bytes is expected; {salt.Length} came.", nameof(salt));

        var isObject = data.Length > 0 && data[0] == '{';
        Field[]? rentedFields = null;
        Span<Field> fields = stackalloc Field[FieldsOnStackMax];
        var count = isObject ? Split(data, ref fields, ref rentedFields) : 1;
        if (!isObject)
            fields[0] = new Field(0, 0, 0, data.Length);

        fields = fields[..count];
        OrdinalSort.Sort(fields, data, default);

        // kind ‖ the commitments of the fields, in order
        var all = 1 + (count * Bytes);
        byte[]? rented = null;
        Span<byte> commitments = all <= BytesOnStackMax ? stackalloc byte[all] : (rented = ArrayPool<byte>.Shared.Rent(all)).AsSpan(0, all);
        commitments[0] = isObject ? KindObject : KindOther;
        CommitFields(data, fields, salt, commitments[1..]);
        Sha256.Hash(commitments, commitment);

        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);

        if (rentedFields is not null)
            ArrayPool<Field>.Shared.Return(rentedFields);
    }

    /// <summary>The hash of an event.</summary>
    /// <param name="e">The event; its <see cref="ChannelEvent.Data"/>, <see cref="ChannelEvent.Hash"/> and session do not go in.</param>
    /// <param name="epoch">The life of the log that it stands in.</param>
    /// <param name="commitment">To its data, from <see cref="Commit"/>.</param>
    /// <param name="previousHash">Of the event before it; 32 zeros for offset 1.</param>
    /// <param name="hash">Receives 32 bytes.</param>
    public static void Compute(ChannelEvent e, string epoch, ReadOnlySpan<byte> commitment, ReadOnlySpan<byte> previousHash, Span<byte> hash)
    {
        var priority = Words.Of(e.Priority);
        var bytesMax = 1 + (13 * sizeof(uint)) + (2 * sizeof(long)) + (2 * Bytes) + priority.Length
            + (3 * (e.Channel.Length + epoch.Length + e.Id.Length + e.Type.Length + Length(e.User) + Length(e.Key) + Length(e.Source) + Length(e.CorrelationId)));
        byte[]? rented = null;
        var input = bytesMax <= BytesOnStackMax ? stackalloc byte[bytesMax] : rented = ArrayPool<byte>.Shared.Rent(bytesMax);

        input[0] = Version;
        var at = 1;
        Put(input, ref at, e.Channel);
        Put(input, ref at, epoch);
        Put(input, ref at, e.Offset);
        Put(input, ref at, e.Id);
        Put(input, ref at, e.Type);
        Put(input, ref at, e.TimeUnixMs);
        Put(input, ref at, e.User);
        Put(input, ref at, e.Key);
        Put(input, ref at, e.Source);
        Put(input, ref at, e.CorrelationId);
        Put(input, ref at, priority);
        Put(input, ref at, commitment);
        Put(input, ref at, previousHash);
        Sha256.Hash(input[..at], hash);

        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
    }

    /// <summary>A length (4 bytes, big-endian), then the bytes.</summary>
    internal static void Put(Span<byte> to, ref int at, ReadOnlySpan<byte> bytes)
    {
        BinaryPrimitives.WriteInt32BigEndian(to[at..], bytes.Length);
        bytes.CopyTo(to[(at + 4)..]);
        at += 4 + bytes.Length;
    }

    /// <summary>The same for text as UTF-8; absent is empty.</summary>
    internal static void Put(Span<byte> to, ref int at, string? text)
    {
        var bytes = Encoding.UTF8.GetBytes(text, to[(at + 4)..]);
        BinaryPrimitives.WriteInt32BigEndian(to[at..], bytes);
        at += 4 + bytes;
    }

    /// <summary>The same for a number of 8 bytes, big-endian.</summary>
    internal static void Put(Span<byte> to, ref int at, long number)
    {
        BinaryPrimitives.WriteInt32BigEndian(to[at..], sizeof(long));
        BinaryPrimitives.WriteInt64BigEndian(to[(at + 4)..], number);
        at += 4 + sizeof(long);
    }

    private static int Length(string? text) => text?.Length ?? 0;

    private static void CommitFields(ReadOnlySpan<byte> data, ReadOnlySpan<Field> fields, ReadOnlySpan<byte> salt, Span<byte> commitments)
    {
        // The salts of all fields, then all fields: so they are hashed eight at a time. CommitMany does the same over many events.
        var blocks = (fields.Length + 1) / 2;
        var saltBytes = blocks * Bytes;
        byte[]? rentedSalts = null;
        var salts = saltBytes <= BytesOnStackMax ? stackalloc byte[saltBytes] : (rentedSalts = ArrayPool<byte>.Shared.Rent(saltBytes)).AsSpan(0, saltBytes);
        DeriveSalts(salt, salts);

        var needed = 0;
        int[]? rentedLengths = null;
        var lengths = fields.Length <= FieldsOnStackMax ? stackalloc int[fields.Length] : (rentedLengths = ArrayPool<int>.Shared.Rent(fields.Length)).AsSpan(0, fields.Length);
        foreach (var field in fields)
            needed += Sha256Lanes.PaddedBytes(field.HashedBytes);

        byte[]? rented = null;
        var input = needed <= BytesOnStackMax ? stackalloc byte[needed] : (rented = ArrayPool<byte>.Shared.Rent(needed)).AsSpan(0, needed);
        WriteFields(data, fields, salts, input, lengths);
        Sha256Lanes.HashMany(input, lengths, commitments);

        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);

        if (rentedLengths is not null)
            ArrayPool<int>.Shared.Return(rentedLengths);

        if (rentedSalts is not null)
            ArrayPool<byte>.Shared.Return(rentedSalts);
    }

    /// <summary>What the commitment to each field is the hash of, padded: salt of the field ‖ length-prefixed name ‖ value.</summary>
    /// <returns>How many bytes were written.</returns>
    private static int WriteFields(ReadOnlySpan<byte> data, ReadOnlySpan<Field> fields, ReadOnlySpan<byte> salts, Span<byte> to, Span<int> lengths)
    {
        var written = 0;
        for (var i = 0; i < fields.Length; i++)
        {
            var field = fields[i];
            lengths[i] = field.HashedBytes;
            var padded = to.Slice(written, Sha256Lanes.PaddedBytes(lengths[i]));
            salts.Slice(i * SaltBytes, SaltBytes).CopyTo(padded);
            BinaryPrimitives.WriteInt32BigEndian(padded[SaltBytes..], field.NameLength);
            data.Slice(field.NameStart, field.NameLength).CopyTo(padded[(SaltBytes + sizeof(int))..]);
            data.Slice(field.ValueStart, field.ValueLength).CopyTo(padded[(SaltBytes + sizeof(int) + field.NameLength)..]);
            Sha256Lanes.Pad(padded, lengths[i]);
            written += padded.Length;
        }

        return written;
    }

    /// <summary>The salts of the fields, 16 bytes each, in blocks of two.</summary>
    private static void DeriveSalts(ReadOnlySpan<byte> salt, Span<byte> salts)
    {
        Span<byte> inputs = stackalloc byte[SaltBlocksAtOnce * SaltBlockPadded.Length];
        Span<int> lengths = stackalloc int[SaltBlocksAtOnce];
        lengths.Fill(SaltBlockBytes);
        var blocks = salts.Length / Bytes;
        for (var done = 0; done < blocks;)
        {
            var some = Math.Min(SaltBlocksAtOnce, blocks - done);
            for (var i = 0; i < some; i++)
                WriteSaltBlock(salt, done + i, inputs.Slice(i * SaltBlockPadded.Length, SaltBlockPadded.Length));

            Sha256Lanes.HashMany(inputs[..(some * SaltBlockPadded.Length)], lengths[..some], salts[(done * Bytes)..]);
            done += some;
        }
    }

    /// <summary>What the salts of two fields are derived from, padded: the domain, the salt of the event, the number of the block.</summary>
    private static void WriteSaltBlock(ReadOnlySpan<byte> salt, int number, Span<byte> block)
    {
        SaltBlockPadded.CopyTo(block);
        salt[..SaltBytes].CopyTo(block[SaltDomainBytes..]);
        BinaryPrimitives.WriteInt32BigEndian(block[(SaltDomainBytes + SaltBytes)..], number);
    }

    /// <summary>Finds the top-level fields of a compact object.</summary>
    private static int Split(ReadOnlySpan<byte> data, ref Span<Field> fields, ref Field[]? rented)
    {
        var count = 0;
        var at = 1;
        while (data[at] != '}')
        {
            var nameStart = ++at;
            at = EndOfString(data, at);
            var nameLength = at - nameStart;
            var valueStart = at += 2;
            var depth = 0;
            while (depth > 0 || data[at] is not ((byte)',' or (byte)'}'))
            {
                var c = data[at];
                if (c == '"')
                    at = EndOfString(data, at + 1);
                else if (c is (byte)'{' or (byte)'[')
                    depth++;
                else if (c is (byte)'}' or (byte)']')
                    depth--;

                at++;
            }

            if (count == fields.Length)
            {
                var larger = ArrayPool<Field>.Shared.Rent(count * 2);
                fields.CopyTo(larger);
                if (rented is not null)
                    ArrayPool<Field>.Shared.Return(rented);

                fields = rented = larger;
            }

            fields[count++] = new Field(nameStart, nameLength, valueStart, at - valueStart);
            if (data[at] == ',')
                at++;
        }

        return count;
    }

    /// <summary>From inside a string: where its closing quote is.</summary>
    private static int EndOfString(ReadOnlySpan<byte> data, int at)
    {
        while (true)
        {
            // Most strings are short: sixteen bytes at a time cost less than a call that is made for long ones.
            if (at + Vector128<byte>.Count <= data.Length)
            {
                var bytes = Vector128.Create(data.Slice(at, Vector128<byte>.Count));
                var found = (Vector128.Equals(bytes, Vector128.Create((byte)'"')) | Vector128.Equals(bytes, Vector128.Create((byte)'\\'))).ExtractMostSignificantBits();
                if (found == 0)
                {
                    at += Vector128<byte>.Count;
                    continue;
                }

                at += BitOperations.TrailingZeroCount(found);
            }
            else
            {
                at += data[at..].IndexOfAny((byte)'"', (byte)'\\');
            }

            if (data[at] == '"')
                return at;

            at += 2;
        }
    }

    /// <summary>A top-level field: its name as it stands between the quotes, and its value.</summary>
    private readonly record struct Field(int NameStart, int NameLength, int ValueStart, int ValueLength) : ISlice
    {
        /// <summary>How long it is with its salt and the length of its name.</summary>
        internal int HashedBytes => SaltBytes + sizeof(int) + NameLength + ValueLength;

        public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> text, ReadOnlySpan<byte> scratch) => text.Slice(NameStart, NameLength);
    }
}

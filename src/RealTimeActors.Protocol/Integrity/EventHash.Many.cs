using System.Buffers;
using RealTimeActors.Protocol.Json;

namespace RealTimeActors.Protocol.Integrity;

/// <content>Commitments of many events together: their salts, then their fields, then their commitments are hashed eight at a time, whichever event they belong to.</content>
public static partial class EventHash
{
    private const int EventsAtOnce = 32;
    private const int FieldsFree = 8;

    /// <summary>What <see cref="Commit"/> makes of each, and less than half the work.</summary>
    /// <param name="data">Compact JSON values.</param>
    /// <param name="salts">The random salt of each, 16 bytes.</param>
    /// <param name="commitments">Receives 32 bytes for each.</param>
    public static void CommitMany(IReadOnlyList<ReadOnlyMemory<byte>> data, IReadOnlyList<ReadOnlyMemory<byte>> salts, Span<byte> commitments)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(salts);
        for (var done = 0; done < data.Count; done += EventsAtOnce)
            CommitSome(data, salts, done, Math.Min(EventsAtOnce, data.Count - done), commitments[(done * Bytes)..]);
    }

    private static void CommitSome(IReadOnlyList<ReadOnlyMemory<byte>> data, IReadOnlyList<ReadOnlyMemory<byte>> salts, int first, int count, Span<byte> commitments)
    {
        Span<int> counts = stackalloc int[EventsAtOnce];
        var fields = ArrayPool<Field>.Shared.Rent(EventsAtOnce * FieldsFree);
        var (total, blocks, bytes) = (0, 0, 0);
        for (var i = 0; i < count; i++)
        {
            counts[i] = SplitInto(data[first + i].Span, ref fields, total);
            foreach (var field in fields.AsSpan(total, counts[i]))
                bytes += SaltBytes + sizeof(int) + field.NameLength + field.ValueLength;

            total += counts[i];
            blocks += (counts[i] + 1) / 2;
        }

        var saltsOf = ArrayPool<byte>.Shared.Rent(blocks * Bytes);
        DeriveSalts(salts, first, counts[..count], saltsOf.AsSpan(0, blocks * Bytes));
        var hashes = ArrayPool<byte>.Shared.Rent(total * Bytes);
        HashFields(data, first, counts[..count], fields, saltsOf, bytes, hashes.AsSpan(0, total * Bytes));
        Join(data, first, counts[..count], hashes, commitments);

        ArrayPool<byte>.Shared.Return(hashes);
        ArrayPool<byte>.Shared.Return(saltsOf);
        ArrayPool<Field>.Shared.Return(fields);
    }

    /// <summary>Finds the fields of a value, in their order, and puts them behind those that are there.</summary>
    private static int SplitInto(ReadOnlySpan<byte> data, ref Field[] fields, int at)
    {
        if (fields.Length - at < FieldsFree)
            Grow(ref fields, at, 2 * fields.Length);

        if (data.Length == 0 || data[0] != '{')
        {
            fields[at] = new Field(0, 0, 0, data.Length);
            return 1;
        }

        Field[]? rented = null;
        var split = fields.AsSpan(at);
        var count = Split(data, ref split, ref rented);
        if (rented is not null)
        {
            Grow(ref fields, at, Math.Max(2 * fields.Length, at + count));
            split[..count].CopyTo(fields.AsSpan(at));
            ArrayPool<Field>.Shared.Return(rented);
        }

        OrdinalSort.Sort(fields.AsSpan(at, count), data, default);
        return count;
    }

    private static void Grow(ref Field[] fields, int used, int size)
    {
        var larger = ArrayPool<Field>.Shared.Rent(size);
        fields.AsSpan(0, used).CopyTo(larger);
        ArrayPool<Field>.Shared.Return(fields);
        fields = larger;
    }

    private static void DeriveSalts(IReadOnlyList<ReadOnlyMemory<byte>> salts, int first, ReadOnlySpan<int> counts, Span<byte> derived)
    {
        var blockBytes = SaltDomain.Length + SaltBytes + sizeof(int);
        var blocks = derived.Length / Bytes;
        var inputs = ArrayPool<byte>.Shared.Rent(blocks * blockBytes);
        var lengths = ArrayPool<int>.Shared.Rent(blocks);
        var at = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            for (var block = 0; block < (counts[i] + 1) / 2; block++)
            {
                WriteSaltBlock(salts[first + i].Span, block, inputs.AsSpan(at * blockBytes, blockBytes));
                lengths[at++] = blockBytes;
            }
        }

        Sha256Lanes.HashMany(inputs.AsSpan(0, blocks * blockBytes), lengths.AsSpan(0, blocks), derived);
        ArrayPool<int>.Shared.Return(lengths);
        ArrayPool<byte>.Shared.Return(inputs);
    }

    private static void HashFields(
        IReadOnlyList<ReadOnlyMemory<byte>> data, int first, ReadOnlySpan<int> counts, ReadOnlySpan<Field> fields, ReadOnlySpan<byte> salts, int bytes, Span<byte> hashes)
    {
        var inputs = ArrayPool<byte>.Shared.Rent(bytes);
        var lengths = ArrayPool<int>.Shared.Rent(hashes.Length / Bytes);
        var (at, field) = (0, 0);
        for (var i = 0; i < counts.Length; i++)
        {
            var value = data[first + i].Span;
            for (var place = 0; place < counts[i]; place++, field++)
            {
                var before = at;
                salts.Slice(place * SaltBytes, SaltBytes).CopyTo(inputs.AsSpan(at));
                at += SaltBytes;
                Put(inputs, ref at, value.Slice(fields[field].NameStart, fields[field].NameLength));
                value.Slice(fields[field].ValueStart, fields[field].ValueLength).CopyTo(inputs.AsSpan(at));
                at += fields[field].ValueLength;
                lengths[field] = at - before;
            }

            salts = salts[((counts[i] + 1) / 2 * Bytes)..];
        }

        Sha256Lanes.HashMany(inputs.AsSpan(0, bytes), lengths.AsSpan(0, field), hashes);
        ArrayPool<int>.Shared.Return(lengths);
        ArrayPool<byte>.Shared.Return(inputs);
    }

    /// <summary>Kind ‖ the commitments of the fields, in order: of each event.</summary>
    private static void Join(IReadOnlyList<ReadOnlyMemory<byte>> data, int first, ReadOnlySpan<int> counts, ReadOnlySpan<byte> hashes, Span<byte> commitments)
    {
        var bytes = counts.Length;
        foreach (var count in counts)
            bytes += count * Bytes;

        var inputs = ArrayPool<byte>.Shared.Rent(bytes);
        Span<int> lengths = stackalloc int[EventsAtOnce];
        var at = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            var value = data[first + i].Span;
            inputs[at] = value.Length > 0 && value[0] == '{' ? KindObject : KindOther;
            hashes[..(counts[i] * Bytes)].CopyTo(inputs.AsSpan(at + 1));
            hashes = hashes[(counts[i] * Bytes)..];
            lengths[i] = 1 + (counts[i] * Bytes);
            at += lengths[i];
        }

        Sha256Lanes.HashMany(inputs.AsSpan(0, bytes), lengths[..counts.Length], commitments);
        ArrayPool<byte>.Shared.Return(inputs);
    }
}

using System.Buffers;
using RealTimeActors.Protocol.Json;

namespace RealTimeActors.Protocol.Integrity;

/// <content>Commitments of many events together: their salts, then their fields, then their commitments are hashed eight at a time, whichever event they belong to.</content>
public static partial class EventHash
{
    /// <summary>What is hashed of so many lies in the fastest memory of a processor, and fills its lanes.</summary>
    public const int EventsAtOnce = 16;

    private const int FieldsFree = 8;

    /// <summary>What <see cref="Commit"/> makes of each, and less than half the work.</summary>
    /// <param name="data">Compact JSON values.</param>
    /// <param name="salts">The random salt of each, 16 bytes.</param>
    /// <param name="commitments">Receives 32 bytes for each.</param>
    public static void CommitMany(ReadOnlySpan<ReadOnlyMemory<byte>> data, ReadOnlySpan<ReadOnlyMemory<byte>> salts, Span<byte> commitments)
    {
        for (var done = 0; done < data.Length; done += EventsAtOnce)
        {
            var some = Math.Min(EventsAtOnce, data.Length - done);
            CommitSome(data.Slice(done, some), salts.Slice(done, some), commitments[(done * Bytes)..]);
        }
    }

    private static void CommitSome(ReadOnlySpan<ReadOnlyMemory<byte>> data, ReadOnlySpan<ReadOnlyMemory<byte>> salts, Span<byte> commitments)
    {
        Span<int> counts = stackalloc int[data.Length];
        var fields = ArrayPool<Field>.Shared.Rent(EventsAtOnce * FieldsFree);
        var (total, blocks, bytes) = (0, 0, 0);
        for (var i = 0; i < data.Length; i++)
        {
            counts[i] = SplitInto(data[i].Span, ref fields, total);
            foreach (var field in fields.AsSpan(total, counts[i]))
                bytes += Sha256Lanes.PaddedBytes(field.HashedBytes);

            total += counts[i];
            blocks += (counts[i] + 1) / 2;
        }

        var saltsOf = ArrayPool<byte>.Shared.Rent(blocks * Bytes);
        DeriveSalts(salts, counts, saltsOf.AsSpan(0, blocks * Bytes));
        var hashes = ArrayPool<byte>.Shared.Rent(total * Bytes);
        HashFields(data, counts, fields, saltsOf, bytes, hashes.AsSpan(0, total * Bytes));
        Join(data, counts, hashes, commitments);

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

    private static void DeriveSalts(ReadOnlySpan<ReadOnlyMemory<byte>> salts, ReadOnlySpan<int> counts, Span<byte> derived)
    {
        var blocks = derived.Length / Bytes;
        var inputs = ArrayPool<byte>.Shared.Rent(blocks * SaltBlockPadded.Length);
        var lengths = ArrayPool<int>.Shared.Rent(blocks);
        lengths.AsSpan(0, blocks).Fill(SaltBlockBytes);
        var at = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            var salt = salts[i].Span;
            for (var block = 0; block < (counts[i] + 1) / 2; block++, at += SaltBlockPadded.Length)
                WriteSaltBlock(salt, block, inputs.AsSpan(at, SaltBlockPadded.Length));
        }

        Sha256Lanes.HashMany(inputs.AsSpan(0, at), lengths.AsSpan(0, blocks), derived);
        ArrayPool<int>.Shared.Return(lengths);
        ArrayPool<byte>.Shared.Return(inputs);
    }

    private static void HashFields(
        ReadOnlySpan<ReadOnlyMemory<byte>> data, ReadOnlySpan<int> counts, ReadOnlySpan<Field> fields, ReadOnlySpan<byte> salts, int bytes, Span<byte> hashes)
    {
        var inputs = ArrayPool<byte>.Shared.Rent(bytes);
        var lengths = ArrayPool<int>.Shared.Rent(hashes.Length / Bytes);
        var (at, field) = (0, 0);
        for (var i = 0; i < counts.Length; i++)
        {
            at += WriteFields(data[i].Span, fields.Slice(field, counts[i]), salts, inputs.AsSpan(at), lengths.AsSpan(field));
            field += counts[i];
            salts = salts[((counts[i] + 1) / 2 * Bytes)..];
        }

        Sha256Lanes.HashMany(inputs.AsSpan(0, bytes), lengths.AsSpan(0, field), hashes);
        ArrayPool<int>.Shared.Return(lengths);
        ArrayPool<byte>.Shared.Return(inputs);
    }

    /// <summary>Kind ‖ the commitments of the fields, in order: of each event.</summary>
    private static void Join(ReadOnlySpan<ReadOnlyMemory<byte>> data, ReadOnlySpan<int> counts, ReadOnlySpan<byte> hashes, Span<byte> commitments)
    {
        Span<int> lengths = stackalloc int[counts.Length];
        var bytes = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            lengths[i] = 1 + (counts[i] * Bytes);
            bytes += Sha256Lanes.PaddedBytes(lengths[i]);
        }

        var inputs = ArrayPool<byte>.Shared.Rent(bytes);
        var left = inputs.AsSpan(0, bytes);
        for (var i = 0; i < counts.Length; i++)
        {
            var value = data[i].Span;
            var padded = left[..Sha256Lanes.PaddedBytes(lengths[i])];
            padded[0] = value.Length > 0 && value[0] == '{' ? KindObject : KindOther;
            hashes[..(counts[i] * Bytes)].CopyTo(padded[1..]);
            Sha256Lanes.Pad(padded, lengths[i]);
            hashes = hashes[(counts[i] * Bytes)..];
            left = left[padded.Length..];
        }

        Sha256Lanes.HashMany(inputs.AsSpan(0, bytes), lengths, commitments);
        ArrayPool<byte>.Shared.Return(inputs);
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace RealTimeActors.Protocol.Integrity.Hashing;

/// <summary>Blocks and hashes as they lie in memory, one behind the other, and their words in the lanes: word t of each side by side. Eight lanes at a time, a half of sixteen or all of eight.</summary>
internal static class LaneRows
{
    /// <summary>Lanes whose words are brought side by side at a time.</summary>
    internal const int Lanes = 8;

    private const int HalfBlock = Sha256Lanes.BlockBytes / 2;

    // A constant of the code: a field that is set when the type is first used would be asked for that each time.
    private static Vector256<byte> BytesOfWordsReversed
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector256.Create((byte)3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
    }

    /// <summary>Brings a block of each lane into the lanes.</summary>
    /// <param name="first">What all blocks lie in.</param>
    /// <param name="one">Where in it those of the first four begin. They are not looked at: the caller has.</param>
    /// <param name="other">Those of the others.</param>
    /// <param name="words">Receives word t at t × <paramref name="apart"/>.</param>
    /// <param name="apart">How many times eight lanes there are.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Load(ref byte first, (int A, int B, int C, int D) one, (int A, int B, int C, int D) other, Span<Vector256<uint>> words, int apart)
    {
        ref var half = ref Unsafe.Add(ref first, HalfBlock);
        Transpose(Row(ref first, one.A), Row(ref first, one.B), Row(ref first, one.C), Row(ref first, one.D),
            Row(ref first, other.A), Row(ref first, other.B), Row(ref first, other.C), Row(ref first, other.D), words, apart);
        Transpose(Row(ref half, one.A), Row(ref half, one.B), Row(ref half, one.C), Row(ref half, one.D),
            Row(ref half, other.A), Row(ref half, other.B), Row(ref half, other.C), Row(ref half, other.D), words[(Lanes * apart)..], apart);
    }

    /// <summary>Writes the hashes, one behind the other.</summary>
    /// <param name="state">Of these lanes: word t at t × <paramref name="apart"/>.</param>
    /// <param name="apart">How many times eight lanes there are.</param>
    /// <param name="hashes">Receives eight.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Store(ReadOnlySpan<Vector256<uint>> state, int apart, Span<Vector256<uint>> hashes) =>
        Transpose(Reversed(state[0]), Reversed(state[apart]), Reversed(state[2 * apart]), Reversed(state[3 * apart]),
            Reversed(state[4 * apart]), Reversed(state[5 * apart]), Reversed(state[6 * apart]), Reversed(state[7 * apart]), hashes, 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Row(ref byte messages, int at) => Reversed(Vector256.LoadUnsafe(ref messages, (nuint)at).AsUInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Reversed(Vector256<uint> words) => Avx2.Shuffle(words.AsByte(), BytesOfWordsReversed).AsUInt32();

    /// <summary>Eight words of each of eight lanes: rows become columns, which are written so many places apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(
        Vector256<uint> row0, Vector256<uint> row1, Vector256<uint> row2, Vector256<uint> row3, Vector256<uint> row4, Vector256<uint> row5, Vector256<uint> row6, Vector256<uint> row7,
        Span<Vector256<uint>> columns, int apart)
    {
        var (a, b) = Pair(row0, row1);
        var (c, d) = Pair(row2, row3);
        var (e, f) = Pair(row4, row5);
        var (g, h) = Pair(row6, row7);
        Put(Avx2.UnpackLow(a, c), Avx2.UnpackLow(e, g), columns, 0, apart);
        Put(Avx2.UnpackHigh(a, c), Avx2.UnpackHigh(e, g), columns, 1, apart);
        Put(Avx2.UnpackLow(b, d), Avx2.UnpackLow(f, h), columns, 2, apart);
        Put(Avx2.UnpackHigh(b, d), Avx2.UnpackHigh(f, h), columns, 3, apart);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<ulong> Low, Vector256<ulong> High) Pair(Vector256<uint> one, Vector256<uint> other) =>
        (Avx2.UnpackLow(one, other).AsUInt64(), Avx2.UnpackHigh(one, other).AsUInt64());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(Vector256<ulong> low, Vector256<ulong> high, Span<Vector256<uint>> columns, int place, int apart)
    {
        columns[place * apart] = Avx2.Permute2x128(low, high, 0x20).AsUInt32();
        columns[(place + 4) * apart] = Avx2.Permute2x128(low, high, 0x31).AsUInt32();
    }
}

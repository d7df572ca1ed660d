using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace RealTimeActors.Protocol.Integrity;

/// <summary>
/// SHA-256 of many short messages: eight at a time, one in each lane of a vector. A call of the library costs some 400 ns before it has looked at a byte; eight messages of one block take
/// little longer than that here, together.
/// </summary>
/// <remarks>
/// <c>dotnet run -c Release --project tests/RealTimeActors.Benchmarks -- hashes</c> measures both. Where the processor has no such vectors, and where there is only a message or two, the
/// library does it. Tests hold one against the other.
/// </remarks>
internal static class Sha256Lanes
{
    private const int Lanes = 8;
    private const int BlockBytes = 64;
    private const int WordsPerBlock = 16;
    private const int Rounds = 64;

    /// <summary>Fewer messages than this are hashed one by one where a call costs as little as <see cref="Libcrypto"/>'s.</summary>
    private const int WorthItMany = 5;

    /// <summary>The same where it costs as much as the framework's.</summary>
    private const int WorthItFew = 3;

    /// <summary>Longer messages are hashed one by one.</summary>
    private const int BlocksMax = 9;

    // A constant of the code: a field that is set when the type is first used would be asked for that each time.
    private static Vector256<byte> BytesOfWordsReversed
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector256.Create((byte)3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
    }

    private static ReadOnlySpan<uint> Start =>
        [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

    private static ReadOnlySpan<uint> RoundConstants =>
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    /// <summary>How many bytes a message takes when it is padded.</summary>
    internal static int PaddedBytes(int length) => (length + sizeof(long) + BlockBytes) & ~(BlockBytes - 1);

    /// <summary>Writes behind a message what makes whole blocks of it: a bit that is set, zeros, and its length in bits.</summary>
    /// <param name="message">The message, with room for what is written: <see cref="PaddedBytes"/>.</param>
    /// <param name="length">Of the message.</param>
    internal static void Pad(Span<byte> message, int length)
    {
        message[length..].Clear();
        message[length] = 0x80;
        BinaryPrimitives.WriteInt64BigEndian(message[^sizeof(long)..], length * 8L);
    }

    /// <summary>Hashes messages that lie padded one after the other.</summary>
    /// <param name="messages">All of them, each with what <see cref="Pad"/> writes behind it: so a block is loaded from where it lies.</param>
    /// <param name="lengths">How many bytes each has without that.</param>
    /// <param name="hashes">Receives 32 bytes for each.</param>
    internal static void HashMany(ReadOnlySpan<byte> messages, ReadOnlySpan<int> lengths, Span<byte> hashes)
    {
        // The fewer lanes are used, the more each costs: by then one after the other costs less.
        var worthIt = Libcrypto.IsThere ? WorthItMany : WorthItFew;
        while (!lengths.IsEmpty)
        {
            var count = Math.Min(lengths.Length, Lanes);
            var bytes = 0;
            var longest = 0;
            foreach (var length in lengths[..count])
            {
                var padded = PaddedBytes(length);
                bytes += padded;
                longest = Math.Max(longest, padded);
            }

            // One long message among short ones would be paid for in all lanes.
            if (count >= worthIt && longest <= BlocksMax * BlockBytes && Avx2.IsSupported)
                HashEight(messages[..bytes], lengths[..count], longest, hashes[..(count * EventHash.Bytes)]);
            else
                HashOneByOne(messages[..bytes], lengths[..count], hashes);

            messages = messages[bytes..];
            lengths = lengths[count..];
            hashes = hashes[(count * EventHash.Bytes)..];
        }
    }

    private static void HashOneByOne(ReadOnlySpan<byte> messages, ReadOnlySpan<int> lengths, Span<byte> hashes)
    {
        foreach (var length in lengths)
        {
            Sha256.Hash(messages[..length], hashes);
            messages = messages[PaddedBytes(length)..];
            hashes = hashes[EventHash.Bytes..];
        }
    }

    private static void HashEight(ReadOnlySpan<byte> messages, ReadOnlySpan<int> lengths, int longest, Span<byte> hashes)
    {
        Span<Vector256<uint>> state = stackalloc Vector256<uint>[Lanes];
        for (var i = 0; i < state.Length; i++)
            state[i] = Vector256.Create(Start[i]);

        // Where the message of each lane begins, and where its last block does. A lane without a message does again what the first one does.
        Span<int> starts = stackalloc int[Lanes];
        Span<int> lasts = stackalloc int[Lanes];
        lasts.Fill(PaddedBytes(lengths[0]) - BlockBytes);
        for (var (lane, at) = (0, 0); lane < lengths.Length; lane++)
        {
            starts[lane] = at;
            at += PaddedBytes(lengths[lane]);
            lasts[lane] = at - BlockBytes;
        }

        Span<Vector256<uint>> words = stackalloc Vector256<uint>[WordsPerBlock];
        Span<int> blocks = stackalloc int[Lanes];
        for (var done = 0; done < longest; done += BlockBytes)
        {
            // A lane whose message has ended stays at its last block: what it goes on to compute is not looked at.
            for (var lane = 0; lane < Lanes; lane++)
                blocks[lane] = Math.Min(starts[lane] + done, lasts[lane]);

            Load(messages, blocks, words);
            Compress(state, words);
            StoreEnded(state, starts, lasts, done, hashes);
        }
    }

    /// <summary>Writes the hashes of the messages that end with this block.</summary>
    private static void StoreEnded(ReadOnlySpan<Vector256<uint>> state, ReadOnlySpan<int> starts, ReadOnlySpan<int> lasts, int done, Span<byte> hashes)
    {
        var isTransposed = false;
        Span<Vector256<uint>> rows = stackalloc Vector256<uint>[Lanes];
        for (var lane = 0; lane * EventHash.Bytes < hashes.Length; lane++)
        {
            if (starts[lane] + done != lasts[lane])
                continue;

            if (!isTransposed)
                Transpose(state[0], state[1], state[2], state[3], state[4], state[5], state[6], state[7], rows);

            isTransposed = true;
            Avx2.Shuffle(rows[lane].AsByte(), BytesOfWordsReversed).CopyTo(hashes[(lane * EventHash.Bytes)..]);
        }
    }

    /// <summary>Word t of each block goes to place t, in the block's lane.</summary>
    private static void Load(ReadOnlySpan<byte> messages, ReadOnlySpan<int> blocks, Span<Vector256<uint>> words)
    {
        for (var half = 0; half < BlockBytes; half += Vector256<byte>.Count, words = words[Lanes..])
        {
            Transpose(
                Row(messages, blocks[0] + half), Row(messages, blocks[1] + half), Row(messages, blocks[2] + half), Row(messages, blocks[3] + half),
                Row(messages, blocks[4] + half), Row(messages, blocks[5] + half), Row(messages, blocks[6] + half), Row(messages, blocks[7] + half), words);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Row(ReadOnlySpan<byte> messages, int at) =>
        Avx2.Shuffle(Vector256.Create(messages.Slice(at, Vector256<byte>.Count)), BytesOfWordsReversed).AsUInt32();

    /// <summary>Eight words of each of eight lanes: rows become columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(
        Vector256<uint> row0, Vector256<uint> row1, Vector256<uint> row2, Vector256<uint> row3, Vector256<uint> row4, Vector256<uint> row5, Vector256<uint> row6, Vector256<uint> row7,
        Span<Vector256<uint>> columns)
    {
        var (a, b) = Pair(row0, row1);
        var (c, d) = Pair(row2, row3);
        var (e, f) = Pair(row4, row5);
        var (g, h) = Pair(row6, row7);
        Put(Avx2.UnpackLow(a, c), Avx2.UnpackLow(e, g), columns, 0);
        Put(Avx2.UnpackHigh(a, c), Avx2.UnpackHigh(e, g), columns, 1);
        Put(Avx2.UnpackLow(b, d), Avx2.UnpackLow(f, h), columns, 2);
        Put(Avx2.UnpackHigh(b, d), Avx2.UnpackHigh(f, h), columns, 3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<ulong> Low, Vector256<ulong> High) Pair(Vector256<uint> one, Vector256<uint> other) =>
        (Avx2.UnpackLow(one, other).AsUInt64(), Avx2.UnpackHigh(one, other).AsUInt64());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(Vector256<ulong> low, Vector256<ulong> high, Span<Vector256<uint>> columns, int place)
    {
        columns[place] = Avx2.Permute2x128(low, high, 0x20).AsUInt32();
        columns[place + 4] = Avx2.Permute2x128(low, high, 0x31).AsUInt32();
    }

    /// <summary>FIPS 180-4, 6.2.2, in all lanes. The words are used up: after each round its word makes room for the one that is needed sixteen rounds later.</summary>
    /// <remarks>Words between rounds keep the processor busy while a round waits for the one before: with all words first it took half as long again.</remarks>
    private static void Compress(Span<Vector256<uint>> state, Span<Vector256<uint>> words)
    {
        var k = RoundConstants;
        var (a, b, c, d) = (state[0], state[1], state[2], state[3]);
        var (e, f, g, h) = (state[4], state[5], state[6], state[7]);

        // Eight rounds at a time, in which the names move on instead of the values.
        for (var t = 0; t < Rounds - WordsPerBlock; t += 8)
        {
            var w = words.Slice(t & 8, 8);
            var others = words.Slice(8 - (t & 8), 8);
            Round(a, b, c, ref d, e, f, g, ref h, k[t], w[0]);
            Round(h, a, b, ref c, d, e, f, ref g, k[t + 1], w[1]);
            w[0] = Next(w[0], w[1], others[1], others[6]);
            Round(g, h, a, ref b, c, d, e, ref f, k[t + 2], w[2]);
            w[1] = Next(w[1], w[2], others[2], others[7]);
            Round(f, g, h, ref a, b, c, d, ref e, k[t + 3], w[3]);
            w[2] = Next(w[2], w[3], others[3], w[0]);
            Round(e, f, g, ref h, a, b, c, ref d, k[t + 4], w[4]);
            w[3] = Next(w[3], w[4], others[4], w[1]);
            Round(d, e, f, ref g, h, a, b, ref c, k[t + 5], w[5]);
            w[4] = Next(w[4], w[5], others[5], w[2]);
            Round(c, d, e, ref f, g, h, a, ref b, k[t + 6], w[6]);
            w[5] = Next(w[5], w[6], others[6], w[3]);
            Round(b, c, d, ref e, f, g, h, ref a, k[t + 7], w[7]);
            w[6] = Next(w[6], w[7], others[7], w[4]);
            w[7] = Next(w[7], others[0], w[0], w[5]);
        }

        for (var t = Rounds - WordsPerBlock; t < Rounds; t += 8)
        {
            var w = words.Slice(t & 8, 8);
            Round(a, b, c, ref d, e, f, g, ref h, k[t], w[0]);
            Round(h, a, b, ref c, d, e, f, ref g, k[t + 1], w[1]);
            Round(g, h, a, ref b, c, d, e, ref f, k[t + 2], w[2]);
            Round(f, g, h, ref a, b, c, d, ref e, k[t + 3], w[3]);
            Round(e, f, g, ref h, a, b, c, ref d, k[t + 4], w[4]);
            Round(d, e, f, ref g, h, a, b, ref c, k[t + 5], w[5]);
            Round(c, d, e, ref f, g, h, a, ref b, k[t + 6], w[6]);
            Round(b, c, d, ref e, f, g, h, ref a, k[t + 7], w[7]);
        }

        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
        state[5] += f;
        state[6] += g;
        state[7] += h;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(
        Vector256<uint> a, Vector256<uint> b, Vector256<uint> c, ref Vector256<uint> d, Vector256<uint> e, Vector256<uint> f, Vector256<uint> g, ref Vector256<uint> h, uint k, Vector256<uint> w)
    {
        h = h + (w + Vector256.Create(k)) + (Vector256.ConditionalSelect(e, f, g) + (Rotate(e, 6) ^ Rotate(e, 11) ^ Rotate(e, 25)));
        d += h;
        h += Majority(a, b, c) + (Rotate(a, 2) ^ Rotate(a, 13) ^ Rotate(a, 22));
    }

    /// <summary>Each bit as at least two of the three have it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Majority(Vector256<uint> a, Vector256<uint> b, Vector256<uint> c) =>
        Avx512F.VL.IsSupported ? Avx512F.VL.TernaryLogic(a, b, c, 0b1110_1000) : Vector256.ConditionalSelect(a ^ b, c, b);

    /// <summary>The word sixteen after <paramref name="w"/>, out of it and of those that come 1, 9 and 14 after it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Next(Vector256<uint> w, Vector256<uint> w1, Vector256<uint> w9, Vector256<uint> w14) =>
        ((Rotate(w14, 17) ^ Rotate(w14, 19) ^ (w14 >>> 10)) + w9) + ((Rotate(w1, 7) ^ Rotate(w1, 18) ^ (w1 >>> 3)) + w);

    /// <summary>One instruction where there is one; the shifts of all calls are constants.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Rotate(Vector256<uint> x, [ConstantExpected] byte by) =>
        Avx512F.VL.IsSupported ? Avx512F.VL.RotateRight(x, by) : (x >>> by) | (x << (32 - by));
}

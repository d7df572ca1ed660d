using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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

    /// <summary>Fewer messages than this go to the library.</summary>
    private const int WorthIt = 3;

    private static readonly Vector256<byte> _bytesOfWordsReversed = Vector256.Create((byte)3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);

    private static ReadOnlySpan<uint> Start =>
        [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

    private static ReadOnlySpan<uint> RoundConstants =>
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    /// <summary>Hashes messages that lie one after the other.</summary>
    /// <param name="messages">All of them, without anything between.</param>
    /// <param name="lengths">How many bytes each has.</param>
    /// <param name="hashes">Receives 32 bytes for each.</param>
    internal static void HashMany(ReadOnlySpan<byte> messages, ReadOnlySpan<int> lengths, Span<byte> hashes)
    {
        while (!lengths.IsEmpty)
        {
            var count = Math.Min(lengths.Length, Lanes);
            var bytes = 0;
            var longest = 0;
            foreach (var length in lengths[..count])
            {
                bytes += length;
                longest = Math.Max(longest, length);
            }

            // One long message among short ones would be paid for in all lanes.
            if (count >= WorthIt && longest <= 8 * BlockBytes && Vector256.IsHardwareAccelerated)
                HashEight(messages[..bytes], lengths[..count], hashes);
            else
                HashOneByOne(messages, lengths[..count], hashes);

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
            messages = messages[length..];
            hashes = hashes[EventHash.Bytes..];
        }
    }

    private static void HashEight(ReadOnlySpan<byte> messages, ReadOnlySpan<int> lengths, Span<byte> hashes)
    {
        Span<Vector256<uint>> state = stackalloc Vector256<uint>[Lanes];
        for (var i = 0; i < state.Length; i++)
            state[i] = Vector256.Create(Start[i]);

        Span<Vector256<uint>> schedule = stackalloc Vector256<uint>[Rounds];
        Span<byte> blocks = stackalloc byte[Lanes * BlockBytes];
        var unfinished = lengths.Length;
        for (var block = 0; unfinished > 0; block++)
        {
            var start = 0;
            for (var lane = 0; lane < lengths.Length; lane++)
            {
                // What is left in the lane of a message that has ended does no harm.
                if (block < BlocksOf(lengths[lane]))
                    WriteBlock(messages.Slice(start, lengths[lane]), block, blocks.Slice(lane * BlockBytes, BlockBytes));

                start += lengths[lane];
            }

            Load(blocks, schedule);
            Compress(state, schedule);
            for (var lane = 0; lane < lengths.Length; lane++)
            {
                if (block != BlocksOf(lengths[lane]) - 1)
                    continue;

                Store(MemoryMarshal.Cast<Vector256<uint>, uint>(state)[lane..], hashes.Slice(lane * EventHash.Bytes, EventHash.Bytes));
                unfinished--;
            }
        }
    }

    private static int BlocksOf(int length) => ((length + 8) / BlockBytes) + 1;

    /// <summary>A block of the message as it is padded: a bit that is set, zeros, and the length in bits at the end.</summary>
    private static void WriteBlock(ReadOnlySpan<byte> message, int block, Span<byte> to)
    {
        var at = block * BlockBytes;
        if (at + BlockBytes <= message.Length)
        {
            message.Slice(at, BlockBytes).CopyTo(to);
            return;
        }

        to.Clear();
        if (at <= message.Length)
        {
            message[at..].CopyTo(to);
            to[message.Length - at] = 0x80;
        }

        if (block == BlocksOf(message.Length) - 1)
            BinaryPrimitives.WriteInt64BigEndian(to[^8..], message.Length * 8L);
    }

    /// <summary>Word t of each block goes to place t, in the block's lane.</summary>
    private static void Load(ReadOnlySpan<byte> blocks, Span<Vector256<uint>> words)
    {
        if (Avx2.IsSupported)
        {
            Transpose(blocks, words);
            Transpose(blocks[Vector256<byte>.Count..], words[Lanes..]);
            return;
        }

        var single = MemoryMarshal.Cast<Vector256<uint>, uint>(words);
        for (var lane = 0; lane < Lanes; lane++)
        {
            for (var t = 0; t < WordsPerBlock; t++)
                single[(t * Lanes) + lane] = BinaryPrimitives.ReadUInt32BigEndian(blocks[((lane * BlockBytes) + (t * sizeof(uint)))..]);
        }
    }

    /// <summary>Eight words of each of the eight blocks: rows become columns.</summary>
    private static void Transpose(ReadOnlySpan<byte> blocks, Span<Vector256<uint>> words)
    {
        var (a, b) = Pair(Row(blocks, 0), Row(blocks, 1));
        var (c, d) = Pair(Row(blocks, 2), Row(blocks, 3));
        var (e, f) = Pair(Row(blocks, 4), Row(blocks, 5));
        var (g, h) = Pair(Row(blocks, 6), Row(blocks, 7));
        Put(Avx2.UnpackLow(a, c), Avx2.UnpackLow(e, g), words, 0);
        Put(Avx2.UnpackHigh(a, c), Avx2.UnpackHigh(e, g), words, 1);
        Put(Avx2.UnpackLow(b, d), Avx2.UnpackLow(f, h), words, 2);
        Put(Avx2.UnpackHigh(b, d), Avx2.UnpackHigh(f, h), words, 3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Row(ReadOnlySpan<byte> blocks, int lane) =>
        Avx2.Shuffle(Vector256.Create(blocks.Slice(lane * BlockBytes, Vector256<byte>.Count)), _bytesOfWordsReversed).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<ulong> Low, Vector256<ulong> High) Pair(Vector256<uint> one, Vector256<uint> other) =>
        (Avx2.UnpackLow(one, other).AsUInt64(), Avx2.UnpackHigh(one, other).AsUInt64());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(Vector256<ulong> low, Vector256<ulong> high, Span<Vector256<uint>> words, int place)
    {
        words[place] = Avx2.Permute2x128(low, high, 0x20).AsUInt32();
        words[place + 4] = Avx2.Permute2x128(low, high, 0x31).AsUInt32();
    }

    private static void Store(ReadOnlySpan<uint> words, Span<byte> hash)
    {
        for (var t = 0; t < Lanes; t++)
            BinaryPrimitives.WriteUInt32BigEndian(hash[(t * sizeof(uint))..], words[t * Lanes]);
    }

    /// <summary>FIPS 180-4, 6.2.2, in all lanes.</summary>
    private static void Compress(Span<Vector256<uint>> state, Span<Vector256<uint>> w)
    {
        for (var t = WordsPerBlock; t < Rounds; t++)
        {
            var (far, near) = (w[t - 15], w[t - 2]);
            w[t] = (Rotate(near, 17) ^ Rotate(near, 19) ^ (near >>> 10)) + w[t - 7] + (Rotate(far, 7) ^ Rotate(far, 18) ^ (far >>> 3)) + w[t - 16];
        }

        // Eight rounds at a time, in which the names move on instead of the values.
        var k = RoundConstants;
        var (a, b, c, d) = (state[0], state[1], state[2], state[3]);
        var (e, f, g, h) = (state[4], state[5], state[6], state[7]);
        for (var t = 0; t < Rounds; t += 8)
        {
            h += Step(e, f, g, k[t], w[t]);
            d += h;
            h += Mix(a, b, c);
            g += Step(d, e, f, k[t + 1], w[t + 1]);
            c += g;
            g += Mix(h, a, b);
            f += Step(c, d, e, k[t + 2], w[t + 2]);
            b += f;
            f += Mix(g, h, a);
            e += Step(b, c, d, k[t + 3], w[t + 3]);
            a += e;
            e += Mix(f, g, h);
            d += Step(a, b, c, k[t + 4], w[t + 4]);
            h += d;
            d += Mix(e, f, g);
            c += Step(h, a, b, k[t + 5], w[t + 5]);
            g += c;
            c += Mix(d, e, f);
            b += Step(g, h, a, k[t + 6], w[t + 6]);
            f += b;
            b += Mix(c, d, e);
            a += Step(f, g, h, k[t + 7], w[t + 7]);
            e += a;
            a += Mix(b, c, d);
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
    private static Vector256<uint> Step(Vector256<uint> e, Vector256<uint> f, Vector256<uint> g, uint k, Vector256<uint> w) =>
        (Rotate(e, 6) ^ Rotate(e, 11) ^ Rotate(e, 25)) + Vector256.ConditionalSelect(e, f, g) + (Vector256.Create(k) + w);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Mix(Vector256<uint> a, Vector256<uint> b, Vector256<uint> c) =>
        (Rotate(a, 2) ^ Rotate(a, 13) ^ Rotate(a, 22)) + Vector256.ConditionalSelect(a ^ b, c, b);

    /// <summary>One instruction where there is one; the shifts of all calls are constants.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Rotate(Vector256<uint> x, [ConstantExpected] byte by) =>
        Avx512F.VL.IsSupported ? Avx512F.VL.RotateRight(x, by) : (x >>> by) | (x << (32 - by));
}

using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace RealTimeActors.Protocol.Integrity;

/// <summary>
/// SHA-256 of many short messages: eight or sixteen at a time, one in each lane of a vector. A call of .NET's library costs some 400 ns before it has looked at a byte; eight messages of
/// one block take little longer than that here, together.
/// </summary>
/// <remarks>
/// <c>dotnet run -c Release --project tests/RealTimeActors.Benchmarks -- hashes</c> measures both. Where the processor has no such vectors, and where there is only a message or two, the
/// library does it. Tests hold one against the other.
/// </remarks>
internal static class Sha256Lanes
{
    /// <summary>Lanes whose words are brought side by side at a time.</summary>
    private const int Group = 8;

    /// <summary>Bytes of a block of SHA-256.</summary>
    internal const int BlockBytes = 64;

    private const int HalfBlock = BlockBytes / 2;
    private const int WordsPerBlock = 16;
    private const int StateWords = 8;
    private const int Rounds = 64;

    /// <summary>Fewer messages than this are hashed one by one where a call costs as little as <see cref="Libcrypto"/>'s.</summary>
    internal const int WorthItMany = 5;

    /// <summary>The same where it costs as much as the framework's.</summary>
    private const int WorthItFew = 3;

    /// <summary>Sixteen lanes for so many messages, and where there are more: twice eight would do no less.</summary>
    private const int WorthItWide = 12;

    /// <summary>Longer messages are hashed one by one.</summary>
    private const int BlocksMax = 9;

    // A constant of the code: a field that is set when the type is first used would be asked for that each time.
    private static Vector256<byte> BytesOfWordsReversed
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector256.Create((byte)3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
    }

    /// <summary>The state that every hash begins with (FIPS 180-4, 5.3.3).</summary>
    internal static ReadOnlySpan<uint> Start =>
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

    /// <summary>
    /// How long a message would be that is padded to so many bytes: blocks that are given to <see cref="HashMany"/> with it, at most <see cref="Libcrypto.BytesMax"/> of them, are hashed as they are, and what comes out
    /// is the state that <see cref="Libcrypto.Continue"/> goes on from.
    /// </summary>
    internal static int LengthPaddedTo(int bytes) => bytes - sizeof(long) - 1;

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
        Span<int> starts = stackalloc int[2 * Group];
        Span<int> lasts = stackalloc int[2 * Group];

        // Once for all lanes: what is taken from the stack is cleared first.
        Span<Vector512<uint>> registers = stackalloc Vector512<uint>[StateWords + WordsPerBlock];
        while (!lengths.IsEmpty)
        {
            // Where the message of each lane begins, and where its last block does.
            var isWide = lengths.Length >= WorthItWide && Vector512.IsHardwareAccelerated && Avx512F.IsSupported;
            var lanes = isWide ? 2 * Group : Group;
            var count = Math.Min(lengths.Length, lanes);
            var (bytes, shortest, longest) = (0, int.MaxValue, 0);
            for (var lane = 0; lane < count; lane++)
            {
                var padded = PaddedBytes(lengths[lane]);
                starts[lane] = bytes;
                bytes += padded;
                lasts[lane] = bytes - BlockBytes;
                shortest = Math.Min(shortest, padded);
                longest = Math.Max(longest, padded);
            }

            // A lane without a message does again what the first one does.
            starts[count..].Clear();
            lasts[count..].Fill(lasts[0]);
            var work = new Work(messages[..bytes], starts[..lanes], lasts[..lanes], shortest, longest);

            // One long message among short ones would be paid for in all lanes.
            if (count < worthIt || longest > BlocksMax * BlockBytes || !Avx2.IsSupported)
                HashOneByOne(messages[..bytes], lengths[..count], hashes);
            else if (isWide)
                HashTogether<Vector512<uint>, SixteenLanes>(work, registers, hashes[..(count * EventHash.Bytes)]);
            else
                HashTogether<Vector256<uint>, EightLanes>(work, MemoryMarshal.Cast<Vector512<uint>, Vector256<uint>>(registers), hashes[..(count * EventHash.Bytes)]);

            messages = messages[bytes..];
            lengths = lengths[count..];
            hashes = hashes[(count * EventHash.Bytes)..];
        }
    }

    private static void HashOneByOne(ReadOnlySpan<byte> messages, ReadOnlySpan<int> lengths, Span<byte> hashes)
    {
        foreach (var length in lengths)
        {
            var padded = messages[..PaddedBytes(length)];
            Sha256.HashPadded(padded, length, hashes);
            messages = messages[padded.Length..];
            hashes = hashes[EventHash.Bytes..];
        }
    }

    private static void HashTogether<TVector, TLanes>(in Work work, Span<TVector> registers, Span<byte> hashes)
        where TVector : unmanaged
        where TLanes : ILanes<TVector>
    {
        var state = registers[..StateWords];
        for (var i = 0; i < state.Length; i++)
            state[i] = TLanes.All(Start[i]);

        var words = registers.Slice(StateWords, WordsPerBlock);
        for (var done = 0; done < work.Longest; done += BlockBytes)
        {
            Load(work.Messages, work.Starts, work.Lasts, done, MemoryMarshal.Cast<TVector, Vector256<uint>>(words));
            Compress<TVector, TLanes>(state, words);
            if (done + BlockBytes >= work.Shortest)
                StoreEnded(MemoryMarshal.Cast<TVector, Vector256<uint>>(state), work.Starts, work.Lasts, done, MemoryMarshal.Cast<TVector, Vector256<uint>>(words), hashes);
        }
    }

    /// <summary>Writes the hashes of the messages that end with this block. Where only some do, <paramref name="some"/> holds all eight for a moment.</summary>
    private static void StoreEnded(ReadOnlySpan<Vector256<uint>> state, ReadOnlySpan<int> starts, ReadOnlySpan<int> lasts, int done, Span<Vector256<uint>> some, Span<byte> hashes)
    {
        var groups = state.Length / StateWords;
        for (var lane = 0; lane * EventHash.Bytes < hashes.Length; lane += Group)
        {
            var to = MemoryMarshal.Cast<byte, Vector256<uint>>(hashes[(lane * EventHash.Bytes)..]);
            var ended = Vector256.Equals(Vector256.Create(starts.Slice(lane, Group)) + Vector256.Create(done), Vector256.Create(lasts.Slice(lane, Group))).ExtractMostSignificantBits();
            if (ended == 0)
                continue;

            // Mostly all of them end together, and their hashes lie one behind the other.
            var isWhole = ended == byte.MaxValue && to.Length >= Group;
            var at = state[(lane / Group)..];
            Transpose(Reversed(at[0]), Reversed(at[groups]), Reversed(at[2 * groups]), Reversed(at[3 * groups]),
                Reversed(at[4 * groups]), Reversed(at[5 * groups]), Reversed(at[6 * groups]), Reversed(at[7 * groups]), isWhole ? to : some, 1);
            if (isWhole)
                continue;

            for (var i = 0; i < Math.Min(Group, to.Length); i++)
            {
                if ((ended & (1u << i)) != 0)
                    to[i] = some[i];
            }
        }
    }

    /// <summary>Word t of the block that each lane has reached goes to place t, in that lane. A lane whose message has ended stays at its last block: what it goes on to compute is not looked at.</summary>
    private static void Load(ReadOnlySpan<byte> messages, ReadOnlySpan<int> starts, ReadOnlySpan<int> lasts, int done, Span<Vector256<uint>> words)
    {
        // Every block of every lane lies in the messages: that was looked at once, where the lanes were laid out, and not for each row.
        ref var first = ref MemoryMarshal.GetReference(messages);
        ref var half = ref Unsafe.Add(ref first, HalfBlock);
        var groups = words.Length / WordsPerBlock;
        for (var group = 0; group < groups; group++)
        {
            var from = starts.Slice(group * Group, Group);
            var last = lasts.Slice(group * Group, Group);
            var (at0, at1, at2, at3) = (Math.Min(from[0] + done, last[0]), Math.Min(from[1] + done, last[1]), Math.Min(from[2] + done, last[2]), Math.Min(from[3] + done, last[3]));
            var (at4, at5, at6, at7) = (Math.Min(from[4] + done, last[4]), Math.Min(from[5] + done, last[5]), Math.Min(from[6] + done, last[6]), Math.Min(from[7] + done, last[7]));
            Transpose(Row(ref first, at0), Row(ref first, at1), Row(ref first, at2), Row(ref first, at3),
                Row(ref first, at4), Row(ref first, at5), Row(ref first, at6), Row(ref first, at7), words[group..], groups);
            Transpose(Row(ref half, at0), Row(ref half, at1), Row(ref half, at2), Row(ref half, at3),
                Row(ref half, at4), Row(ref half, at5), Row(ref half, at6), Row(ref half, at7), words[((Group * groups) + group)..], groups);
        }
    }

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

    /// <summary>FIPS 180-4, 6.2.2, in all lanes. The words are used up: after each round its word makes room for the one that is needed sixteen rounds later.</summary>
    /// <remarks>Words between rounds keep the processor busy while a round waits for the one before: with all words first it took half as long again.</remarks>
    private static void Compress<TVector, TLanes>(Span<TVector> state, Span<TVector> words)
        where TVector : unmanaged
        where TLanes : ILanes<TVector>
    {
        ref var constants = ref MemoryMarshal.GetReference(RoundConstants);
        var (a, b, c, d) = (state[0], state[1], state[2], state[3]);
        var (e, f, g, h) = (state[4], state[5], state[6], state[7]);

        // Eight rounds at a time, in which the names move on instead of the values.
        for (var t = 0; t < Rounds - WordsPerBlock; t += 8)
        {
            var w = words.Slice(t & 8, 8);
            var others = words.Slice(8 - (t & 8), 8);
            Round<TVector, TLanes>(a, b, c, ref d, e, f, g, ref h, ref constants, t, w[0]);
            Round<TVector, TLanes>(h, a, b, ref c, d, e, f, ref g, ref constants, t + 1, w[1]);
            w[0] = Next<TVector, TLanes>(w[0], w[1], others[1], others[6]);
            Round<TVector, TLanes>(g, h, a, ref b, c, d, e, ref f, ref constants, t + 2, w[2]);
            w[1] = Next<TVector, TLanes>(w[1], w[2], others[2], others[7]);
            Round<TVector, TLanes>(f, g, h, ref a, b, c, d, ref e, ref constants, t + 3, w[3]);
            w[2] = Next<TVector, TLanes>(w[2], w[3], others[3], w[0]);
            Round<TVector, TLanes>(e, f, g, ref h, a, b, c, ref d, ref constants, t + 4, w[4]);
            w[3] = Next<TVector, TLanes>(w[3], w[4], others[4], w[1]);
            Round<TVector, TLanes>(d, e, f, ref g, h, a, b, ref c, ref constants, t + 5, w[5]);
            w[4] = Next<TVector, TLanes>(w[4], w[5], others[5], w[2]);
            Round<TVector, TLanes>(c, d, e, ref f, g, h, a, ref b, ref constants, t + 6, w[6]);
            w[5] = Next<TVector, TLanes>(w[5], w[6], others[6], w[3]);
            Round<TVector, TLanes>(b, c, d, ref e, f, g, h, ref a, ref constants, t + 7, w[7]);
            w[6] = Next<TVector, TLanes>(w[6], w[7], others[7], w[4]);
            w[7] = Next<TVector, TLanes>(w[7], others[0], w[0], w[5]);
        }

        for (var t = Rounds - WordsPerBlock; t < Rounds; t += 8)
        {
            var w = words.Slice(t & 8, 8);
            Round<TVector, TLanes>(a, b, c, ref d, e, f, g, ref h, ref constants, t, w[0]);
            Round<TVector, TLanes>(h, a, b, ref c, d, e, f, ref g, ref constants, t + 1, w[1]);
            Round<TVector, TLanes>(g, h, a, ref b, c, d, e, ref f, ref constants, t + 2, w[2]);
            Round<TVector, TLanes>(f, g, h, ref a, b, c, d, ref e, ref constants, t + 3, w[3]);
            Round<TVector, TLanes>(e, f, g, ref h, a, b, c, ref d, ref constants, t + 4, w[4]);
            Round<TVector, TLanes>(d, e, f, ref g, h, a, b, ref c, ref constants, t + 5, w[5]);
            Round<TVector, TLanes>(c, d, e, ref f, g, h, a, ref b, ref constants, t + 6, w[6]);
            Round<TVector, TLanes>(b, c, d, ref e, f, g, h, ref a, ref constants, t + 7, w[7]);
        }

        state[0] = TLanes.Add(state[0], a);
        state[1] = TLanes.Add(state[1], b);
        state[2] = TLanes.Add(state[2], c);
        state[3] = TLanes.Add(state[3], d);
        state[4] = TLanes.Add(state[4], e);
        state[5] = TLanes.Add(state[5], f);
        state[6] = TLanes.Add(state[6], g);
        state[7] = TLanes.Add(state[7], h);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round<TVector, TLanes>(TVector a, TVector b, TVector c, ref TVector d, TVector e, TVector f, TVector g, ref TVector h, ref uint constants, int t, TVector w)
        where TVector : unmanaged
        where TLanes : ILanes<TVector>
    {
        // The constant is read where it is added: that is one instruction, and three where it was read before.
        h = TLanes.Add(TLanes.Add(h, TLanes.Add(w, TLanes.All(Unsafe.Add(ref constants, t)))), TLanes.Add(TLanes.Choose(e, f, g), TLanes.Rotated(e, 6, 11, 25)));
        d = TLanes.Add(d, h);
        h = TLanes.Add(h, TLanes.Add(TLanes.Majority(a, b, c), TLanes.Rotated(a, 2, 13, 22)));
    }

    /// <summary>The word sixteen after <paramref name="w"/>, out of it and of those that come 1, 9 and 14 after it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Next<TVector, TLanes>(TVector w, TVector w1, TVector w9, TVector w14)
        where TVector : unmanaged
        where TLanes : ILanes<TVector> =>
        TLanes.Add(TLanes.Add(TLanes.RotatedAndShifted(w14, 17, 19, 10), w9), TLanes.Add(TLanes.RotatedAndShifted(w1, 7, 18, 3), w));

    /// <summary>Messages for the lanes, padded: every block that begins between a start and its last lies in them.</summary>
    private readonly ref struct Work(ReadOnlySpan<byte> messages, ReadOnlySpan<int> starts, ReadOnlySpan<int> lasts, int shortest, int longest)
    {
        internal readonly ReadOnlySpan<byte> Messages = messages;
        internal readonly ReadOnlySpan<int> Starts = starts;
        internal readonly ReadOnlySpan<int> Lasts = lasts;
        internal readonly int Shortest = shortest;
        internal readonly int Longest = longest;
    }
}

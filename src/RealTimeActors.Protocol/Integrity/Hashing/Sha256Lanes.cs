using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace RealTimeActors.Protocol.Integrity.Hashing;

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
    /// <summary>Bytes of a block of SHA-256.</summary>
    internal const int BlockBytes = 64;

    /// <summary>Fewer messages than this are hashed one by one where a call costs as little as <see cref="Libcrypto"/>'s.</summary>
    internal const int WorthItMany = 5;

    /// <summary>The same where it costs as much as the framework's.</summary>
    private const int WorthItFew = 3;

    /// <summary>Sixteen lanes for so many messages, and where there are more: twice eight would do no less.</summary>
    private const int WorthItWide = 12;

    /// <summary>Longer messages are hashed one by one.</summary>
    private const int BlocksMax = 9;

    /// <summary>The state that every hash begins with (FIPS 180-4, 5.3.3).</summary>
    internal static ReadOnlySpan<uint> Start =>
        [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

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
        Span<int> starts = stackalloc int[2 * LaneRows.Lanes];
        Span<int> lasts = stackalloc int[2 * LaneRows.Lanes];

        // Once for all lanes: what is taken from the stack is cleared first.
        Span<Vector512<uint>> registers = stackalloc Vector512<uint>[LaneRounds.StateWords + LaneRounds.BlockWords];
        while (!lengths.IsEmpty)
        {
            // Where the message of each lane begins, and where its last block does.
            var isWide = lengths.Length >= WorthItWide && SixteenLanes.IsSupported;
            var lanes = isWide ? 2 * LaneRows.Lanes : LaneRows.Lanes;
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
            if (count < worthIt || longest > BlocksMax * BlockBytes || !EightLanes.IsSupported)
                HashOneByOne(messages[..bytes], lengths[..count], hashes);
            else if (isWide)
                HashTogether<Vector512<uint>, SixteenLanes>(work, registers, hashes[..(count * Sha256.Bytes)]);
            else
                HashTogether<Vector256<uint>, EightLanes>(work, MemoryMarshal.Cast<Vector512<uint>, Vector256<uint>>(registers), hashes[..(count * Sha256.Bytes)]);

            messages = messages[bytes..];
            lengths = lengths[count..];
            hashes = hashes[(count * Sha256.Bytes)..];
        }
    }

    private static void HashOneByOne(ReadOnlySpan<byte> messages, ReadOnlySpan<int> lengths, Span<byte> hashes)
    {
        foreach (var length in lengths)
        {
            var padded = messages[..PaddedBytes(length)];
            Sha256.HashPadded(padded, length, hashes);
            messages = messages[padded.Length..];
            hashes = hashes[Sha256.Bytes..];
        }
    }

    private static void HashTogether<TVector, TLanes>(in Work work, Span<TVector> registers, Span<byte> hashes)
        where TVector : unmanaged
        where TLanes : ILanes<TVector>
    {
        var state = registers[..LaneRounds.StateWords];
        LaneRounds.Begin<TVector, TLanes>(state);
        var words = registers.Slice(LaneRounds.StateWords, LaneRounds.BlockWords);
        for (var done = 0; done < work.Longest; done += BlockBytes)
        {
            Load(work.Messages, work.Starts, work.Lasts, done, MemoryMarshal.Cast<TVector, Vector256<uint>>(words));
            LaneRounds.Compress<TVector, TLanes>(state, words);
            if (done + BlockBytes >= work.Shortest)
                StoreEnded(MemoryMarshal.Cast<TVector, Vector256<uint>>(state), work.Starts, work.Lasts, done, MemoryMarshal.Cast<TVector, Vector256<uint>>(words), hashes);
        }
    }

    /// <summary>Writes the hashes of the messages that end with this block. Where only some do, <paramref name="some"/> holds all eight for a moment.</summary>
    private static void StoreEnded(ReadOnlySpan<Vector256<uint>> state, ReadOnlySpan<int> starts, ReadOnlySpan<int> lasts, int done, Span<Vector256<uint>> some, Span<byte> hashes)
    {
        var groups = state.Length / LaneRounds.StateWords;
        for (var lane = 0; lane * Sha256.Bytes < hashes.Length; lane += LaneRows.Lanes)
        {
            var to = MemoryMarshal.Cast<byte, Vector256<uint>>(hashes[(lane * Sha256.Bytes)..]);
            var ended = Vector256.Equals(Vector256.Create(starts.Slice(lane, LaneRows.Lanes)) + Vector256.Create(done), Vector256.Create(lasts.Slice(lane, LaneRows.Lanes))).ExtractMostSignificantBits();
            if (ended == 0)
                continue;

            // Mostly all of them end together, and their hashes lie one behind the other.
            var isWhole = ended == byte.MaxValue && to.Length >= LaneRows.Lanes;
            LaneRows.Store(state[(lane / LaneRows.Lanes)..], groups, isWhole ? to : some);
            if (isWhole)
                continue;

            for (var i = 0; i < Math.Min(LaneRows.Lanes, to.Length); i++)
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
        var groups = words.Length / LaneRounds.BlockWords;
        for (var group = 0; group < groups; group++)
        {
            var from = starts.Slice(group * LaneRows.Lanes, LaneRows.Lanes);
            var last = lasts.Slice(group * LaneRows.Lanes, LaneRows.Lanes);
            LaneRows.Load(
                ref first,
                (Math.Min(from[0] + done, last[0]), Math.Min(from[1] + done, last[1]), Math.Min(from[2] + done, last[2]), Math.Min(from[3] + done, last[3])),
                (Math.Min(from[4] + done, last[4]), Math.Min(from[5] + done, last[5]), Math.Min(from[6] + done, last[6]), Math.Min(from[7] + done, last[7])),
                words[group..], groups);
        }
    }

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

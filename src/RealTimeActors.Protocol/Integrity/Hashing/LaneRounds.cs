using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RealTimeActors.Protocol.Integrity.Hashing;

/// <summary>The rounds of SHA-256 (FIPS 180-4, 6.2.2), in all lanes of a vector at once.</summary>
internal static class LaneRounds
{
    /// <summary>Words of a state.</summary>
    internal const int StateWords = 8;

    /// <summary>Words of a block.</summary>
    internal const int BlockWords = 16;

    private const int Rounds = 64;

    private static ReadOnlySpan<uint> RoundConstants =>
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    /// <summary>Registers of which none lies in two lines of the processor's memory: an event of eight fields takes 650 ns with such, and 680 to 700 where each does (<c>-- hashes</c>).</summary>
    /// <param name="fromStack">One more than are needed. The stack is aligned to 16 bytes only; but it stays where it is, which an array does not.</param>
    /// <remarks>A call, because what it is put into gets slower by more than the call takes.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static Span<TVector> Aligned<TVector>(Span<TVector> fromStack)
        where TVector : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(fromStack);
        var beyond = (int)(Unsafe.ByteOffset(ref Unsafe.NullRef<byte>(), ref MemoryMarshal.GetReference(bytes)) & (Unsafe.SizeOf<TVector>() - 1));
        return MemoryMarshal.Cast<byte, TVector>(bytes[((Unsafe.SizeOf<TVector>() - beyond) % Unsafe.SizeOf<TVector>())..])[..(fromStack.Length - 1)];
    }

    /// <summary>The state that every hash begins with.</summary>
    internal static void Begin<TVector, TLanes>(Span<TVector> state)
        where TVector : unmanaged
        where TLanes : ILanes<TVector>
    {
        for (var i = 0; i < StateWords; i++)
            state[i] = TLanes.All(Sha256Lanes.Start[i]);
    }

    /// <summary>Takes a block into the state. The words are used up: after each round its word makes room for the one that is needed sixteen rounds later.</summary>
    /// <remarks>Words between rounds keep the processor busy while a round waits for the one before: with all words first it took half as long again.</remarks>
    internal static void Compress<TVector, TLanes>(Span<TVector> state, Span<TVector> words)
        where TVector : unmanaged
        where TLanes : ILanes<TVector>
    {
        ref var constants = ref MemoryMarshal.GetReference(RoundConstants);
        var (a, b, c, d) = (state[0], state[1], state[2], state[3]);
        var (e, f, g, h) = (state[4], state[5], state[6], state[7]);

        // Eight rounds at a time, in which the names move on instead of the values.
        for (var t = 0; t < Rounds - BlockWords; t += 8)
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

        for (var t = Rounds - BlockWords; t < Rounds; t += 8)
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
}

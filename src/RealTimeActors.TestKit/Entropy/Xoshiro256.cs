using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace RealTimeActors.TestKit.Entropy;

/// <summary>
/// xoshiro256** 1.0 (Blackman, Vigna), written down here so that a seed gives the same run on every machine and in every version of .NET. Not for secrets.
/// </summary>
/// <remarks>A seed and a label give the state: SHA-256 over the seed (8 bytes, little endian) and the label (UTF-8), read as four little-endian words.</remarks>
public sealed class Xoshiro256
{
    private ulong _a;
    private ulong _b;
    private ulong _c;
    private ulong _d;

    /// <summary>The stream of that seed and label.</summary>
    public Xoshiro256(ulong seed, string label)
    {
        ArgumentNullException.ThrowIfNull(label);
        var input = new byte[8 + Encoding.UTF8.GetByteCount(label)];
        BinaryPrimitives.WriteUInt64LittleEndian(input, seed);
        Encoding.UTF8.GetBytes(label, input.AsSpan(8));
        var state = SHA256.HashData(input);
        _a = BinaryPrimitives.ReadUInt64LittleEndian(state);
        _b = BinaryPrimitives.ReadUInt64LittleEndian(state.AsSpan(8));
        _c = BinaryPrimitives.ReadUInt64LittleEndian(state.AsSpan(16));
        _d = BinaryPrimitives.ReadUInt64LittleEndian(state.AsSpan(24));
    }

    /// <summary>The next 64 bits.</summary>
    public ulong Next()
    {
        var result = BitOperations.RotateLeft(_b * 5, 7) * 9;
        var shifted = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= shifted;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>A whole number from 0 to below <paramref name="bound"/> (above zero). The bias of at most 2^-32 does not matter to a simulation.</summary>
    public int Below(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        return (int)(((Next() >> 32) * (ulong)bound) >> 32);
    }

    /// <summary>True once in <paramref name="times"/> on average.</summary>
    public bool OneIn(int times) => Below(times) == 0;

    /// <summary>A number from 0 to below 1.</summary>
    public double Fraction() => (Next() >> 11) * (1.0 / (1UL << 53));
}

using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace RealTimeActors.Protocol.Integrity.Hashing;

/// <summary>Eight lanes in 256 bits.</summary>
internal readonly struct EightLanes : ILanes<Vector256<uint>>
{
    /// <summary>Whether the processor has them.</summary>
    internal static bool IsSupported
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Avx2.IsSupported;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> All(uint word) => Vector256.Create(word);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Add(Vector256<uint> one, Vector256<uint> other) => one + other;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Rotated(Vector256<uint> x, [ConstantExpected] byte by, [ConstantExpected] byte andBy, [ConstantExpected] byte andByToo) =>
        Rotate(x, by) ^ Rotate(x, andBy) ^ Rotate(x, andByToo);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> RotatedAndShifted(Vector256<uint> x, [ConstantExpected] byte by, [ConstantExpected] byte andBy, [ConstantExpected] byte shift) =>
        Rotate(x, by) ^ Rotate(x, andBy) ^ (x >>> shift);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Choose(Vector256<uint> by, Vector256<uint> one, Vector256<uint> other) => Vector256.ConditionalSelect(by, one, other);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Majority(Vector256<uint> a, Vector256<uint> b, Vector256<uint> c) =>
        Avx512F.VL.IsSupported ? Avx512F.VL.TernaryLogic(a, b, c, 0b1110_1000) : Vector256.ConditionalSelect(a ^ b, c, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Straddling(Vector256<uint> one, Vector256<uint> next) => (one << 24) | (next >>> 8);

    /// <summary>One instruction where there is one; the shifts of all calls are constants.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Rotate(Vector256<uint> x, [ConstantExpected] byte by) =>
        Avx512F.VL.IsSupported ? Avx512F.VL.RotateRight(x, by) : (x >>> by) | (x << (32 - by));
}

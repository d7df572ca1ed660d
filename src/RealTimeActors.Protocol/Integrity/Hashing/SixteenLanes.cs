using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace RealTimeActors.Protocol.Integrity.Hashing;

/// <summary>Sixteen lanes in 512 bits. Only where the processor has AVX-512.</summary>
internal readonly struct SixteenLanes : ILanes<Vector512<uint>>
{
    /// <summary>Whether the processor has them, and is not slowed down by them.</summary>
    internal static bool IsSupported
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.IsHardwareAccelerated && Avx512F.IsSupported;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> All(uint word) => Vector512.Create(word);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Add(Vector512<uint> one, Vector512<uint> other) => one + other;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Rotated(Vector512<uint> x, [ConstantExpected] byte by, [ConstantExpected] byte andBy, [ConstantExpected] byte andByToo) =>
        Rotate(x, by) ^ Rotate(x, andBy) ^ Rotate(x, andByToo);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> RotatedAndShifted(Vector512<uint> x, [ConstantExpected] byte by, [ConstantExpected] byte andBy, [ConstantExpected] byte shift) =>
        Rotate(x, by) ^ Rotate(x, andBy) ^ (x >>> shift);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Choose(Vector512<uint> by, Vector512<uint> one, Vector512<uint> other) => Vector512.ConditionalSelect(by, one, other);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Majority(Vector512<uint> a, Vector512<uint> b, Vector512<uint> c) =>
        Avx512F.TernaryLogic(a, b, c, 0b1110_1000);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Straddling(Vector512<uint> one, Vector512<uint> next) => (one << 24) | (next >>> 8);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Rotate(Vector512<uint> x, [ConstantExpected] byte by) => Avx512F.RotateRight(x, by);
}

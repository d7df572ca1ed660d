using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace RealTimeActors.Protocol.Integrity.Hashing;

/// <summary>
/// SHA-256 of one short message by the function of OpenSSL that lies below its digests by name. It uses the processor's instructions for it, which .NET does not offer, and a call costs
/// some 10 ns; .NET's way to the same code costs some 300 before a byte is looked at.
/// </summary>
/// <remarks>
/// It is called deprecated since OpenSSL 3, and is there in all of it, with the public layout of its context (openssl/sha.h). Where there is another library, or none, or one that computes
/// something else, <see cref="IsThere"/> is false and .NET does it: the hash is the same. <c>dotnet run -c Release --project tests/RealTimeActors.Benchmarks -- hashes</c> measures both.
/// </remarks>
internal static class Libcrypto
{
    /// <summary>Longer messages are .NET's: the garbage collector waits while one is hashed here, and what a call costs matters less there.</summary>
    internal const int BytesMax = 1_024;

    /// <summary>The library that .NET's own cryptography stands on where it is there.</summary>
    private const string Library = "libcrypto.so.3";

    /// <summary>SHA256_CTX: eight words of state, two of length, a block of 64 bytes, two numbers; and room to spare.</summary>
    internal const int ContextWords = 32;

    /// <summary>Whether it is there and computes what it should.</summary>
    internal static bool IsThere { get; } = IsFound() && ComputesTheExample();

    /// <summary>Writes 32 bytes. Only where it <see cref="IsThere"/>, and at most <see cref="BytesMax"/> bytes.</summary>
    /// <param name="blocks">A message as <see cref="Sha256Lanes.Pad"/> leaves it: so only the function that computes is called, and nothing is copied.</param>
    /// <param name="hash">Receives it.</param>
    internal static void HashBlocks(ReadOnlySpan<byte> blocks, Span<byte> hash)
    {
        Span<uint> context = stackalloc uint[ContextWords];
        Sha256Lanes.Start.CopyTo(context);
        Continue(context, blocks);
        CopyReversed(MemoryMarshal.AsBytes(context), hash);
    }

    /// <summary>Goes on with a message.</summary>
    /// <param name="context">Eight words of state, which change, and zeros: <see cref="ContextWords"/>.</param>
    /// <param name="blocks">Whole ones.</param>
    internal static void Continue(Span<uint> context, ReadOnlySpan<byte> blocks) =>
        _ = Update(ref MemoryMarshal.GetReference(context), ref MemoryMarshal.GetReference(blocks), (nuint)blocks.Length);

    /// <summary>Copies eight words, as big-endian bytes where they were numbers, and the other way round.</summary>
    /// <remarks>In the halves in which OpenSSL writes and reads them: the processor hands on what was only just written in pieces of the same size.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void CopyReversed(ReadOnlySpan<byte> words, Span<byte> to)
    {
        var order = Vector128.Create((byte)3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
        Vector128.Shuffle(Vector128.Create(words), order).CopyTo(to);
        Vector128.Shuffle(Vector128.Create(words[16..]), order).CopyTo(to[16..]);
    }

    private static bool IsFound() =>
        OperatingSystem.IsLinux()
        && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64
        && NativeLibrary.TryLoad(Library, out var library)
        && NativeLibrary.TryGetExport(library, "SHA256_Update", out _);

    /// <summary>"abc", the first example of FIPS 180-4.</summary>
    private static bool ComputesTheExample()
    {
        Span<byte> hash = stackalloc byte[Sha256.Bytes];
        Span<byte> block = stackalloc byte[Sha256Lanes.PaddedBytes(3)];
        "abc"u8.CopyTo(block);
        Sha256Lanes.Pad(block, 3);
        HashBlocks(block, hash);
        return Convert.ToHexStringLower(hash) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    }

    // It calls nothing and waits for nothing, so the runtime need not get ready for that: it would take as long as the hash.
    [DllImport(Library, EntryPoint = "SHA256_Update"), SuppressGCTransition, DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Update(ref uint context, ref byte message, nuint length);
}

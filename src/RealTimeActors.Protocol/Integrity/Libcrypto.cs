using System.Runtime.InteropServices;

namespace RealTimeActors.Protocol.Integrity;

/// <summary>
/// SHA-256 of one short message by the functions of OpenSSL that lie below its digests by name. They use the processor's instructions for it, which .NET does not offer, and a call costs
/// some 20 ns; .NET's way to the same code costs some 300 before a byte is looked at.
/// </summary>
/// <remarks>
/// These functions are called deprecated since OpenSSL 3, and are there in all of it. Where there is another library, or none, <see cref="IsThere"/> is false and .NET does it: the hash
/// is the same. <c>dotnet run -c Release --project tests/RealTimeActors.Benchmarks -- hashes</c> measures both.
/// </remarks>
internal static class Libcrypto
{
    /// <summary>Longer messages are .NET's: the garbage collector waits while one is hashed here, and what a call costs matters less there.</summary>
    internal const int BytesMax = 1_024;

    /// <summary>The library that .NET's own cryptography stands on where it is there.</summary>
    private const string Library = "libcrypto.so.3";

    /// <summary>SHA256_CTX: eight words of state, two of length, a block of 64 bytes, two numbers; and room to spare.</summary>
    private const int ContextBytes = 128;

    /// <summary>Whether it is there and computes what it should.</summary>
    internal static bool IsThere { get; } = IsFound() && ComputesTheExample();

    /// <summary>Writes 32 bytes. Only where it <see cref="IsThere"/>, and at most <see cref="BytesMax"/> bytes.</summary>
    internal static void Hash(ReadOnlySpan<byte> message, Span<byte> hash)
    {
        hash = hash[..EventHash.Bytes];
        ref var context = ref MemoryMarshal.GetReference(stackalloc byte[ContextBytes]);
        _ = Init(ref context);
        _ = Update(ref context, ref MemoryMarshal.GetReference(message), (nuint)message.Length);
        _ = Final(ref MemoryMarshal.GetReference(hash), ref context);
    }

    private static bool IsFound() =>
        OperatingSystem.IsLinux()
        && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64
        && NativeLibrary.TryLoad(Library, out var library)
        && NativeLibrary.TryGetExport(library, "SHA256_Init", out _)
        && NativeLibrary.TryGetExport(library, "SHA256_Update", out _)
        && NativeLibrary.TryGetExport(library, "SHA256_Final", out _);

    /// <summary>"abc", the first example of FIPS 180-4.</summary>
    private static bool ComputesTheExample()
    {
        Span<byte> hash = stackalloc byte[EventHash.Bytes];
        Hash("abc"u8, hash);
        return Convert.ToHexStringLower(hash) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    }

    // They call nothing and wait for nothing, so the runtime need not get ready for that: it would take as long as the hash.
    [DllImport(Library, EntryPoint = "SHA256_Init"), SuppressGCTransition, DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Init(ref byte context);

    [DllImport(Library, EntryPoint = "SHA256_Update"), SuppressGCTransition, DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Update(ref byte context, ref byte message, nuint length);

    [DllImport(Library, EntryPoint = "SHA256_Final"), SuppressGCTransition, DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Final(ref byte hash, ref byte context);
}

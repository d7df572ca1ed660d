using System.Security.Cryptography;
using RealTimeActors.Actors;

namespace RealTimeActors.Dispatch;

/// <summary>The real chance door: the operating system's generator, fit for secrets.</summary>
/// <remarks>Asking it costs a microsecond, however little is asked for, and every event has a salt: a thread asks for some hundred bytes at a time and hands them out. What was handed out is wiped where it lay.</remarks>
public sealed class SystemEntropy : IEntropy
{
    private const int KeptBytes = 1_024;
    private const int LittleBytes = 64;

    [ThreadStatic]
    private static byte[]? _kept;

    [ThreadStatic]
    private static int _left;

    private SystemEntropy() { }

    /// <summary>The one instance. Safe for threads.</summary>
    public static SystemEntropy Instance { get; } = new();

    /// <inheritdoc/>
    public void Fill(Span<byte> bytes)
    {
        if (bytes.Length > LittleBytes)
        {
            RandomNumberGenerator.Fill(bytes);
            return;
        }

        var kept = _kept ??= new byte[KeptBytes];
        if (_left < bytes.Length)
        {
            RandomNumberGenerator.Fill(kept);
            _left = KeptBytes;
        }

        _left -= bytes.Length;
        var taken = kept.AsSpan(_left, bytes.Length);
        taken.CopyTo(bytes);
        CryptographicOperations.ZeroMemory(taken);
    }

    /// <inheritdoc/>
    /// <remarks>True chance has no streams to keep apart: the same instance.</remarks>
    public IEntropy Fork(string label) => this;
}

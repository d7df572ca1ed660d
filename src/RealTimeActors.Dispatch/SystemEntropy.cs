using System.Security.Cryptography;
using RealTimeActors.Actors;

namespace RealTimeActors.Dispatch;

/// <summary>The real chance door: the operating system's generator, fit for secrets.</summary>
public sealed class SystemEntropy : IEntropy
{
    private SystemEntropy() { }

    /// <summary>The one instance. Safe for threads.</summary>
    public static SystemEntropy Instance { get; } = new();

    /// <inheritdoc/>
    public void Fill(Span<byte> bytes) => RandomNumberGenerator.Fill(bytes);

    /// <inheritdoc/>
    /// <remarks>True chance has no streams to keep apart: the same instance.</remarks>
    public IEntropy Fork(string label) => this;
}

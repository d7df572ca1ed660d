using System.Buffers.Binary;
using RealTimeActors.Actors;

namespace RealTimeActors.TestKit.Entropy;

/// <summary>The chance door of a simulation: the same seed gives the same bytes. Forks are independent of each other and of how much was drawn.</summary>
/// <remarks>A fork is the stream of the same seed and the labels joined by a slash: see <see cref="Xoshiro256"/>.</remarks>
public sealed class SeededEntropy : IEntropy
{
    private readonly ulong _seed;
    private readonly string _label;

    /// <summary>The root stream of a seed.</summary>
    public SeededEntropy(ulong seed)
        : this(seed, "")
    {
    }

    private SeededEntropy(ulong seed, string label)
    {
        _seed = seed;
        _label = label;
    }

    /// <summary>The same stream as numbers.</summary>
    /// <remarks>Made when it is asked for: what is only forked costs no hash.</remarks>
    public Xoshiro256 Numbers => field ??= new Xoshiro256(_seed, _label);

    /// <inheritdoc/>
    public void Fill(Span<byte> bytes)
    {
        Span<byte> word = stackalloc byte[8];
        while (bytes.Length > 0)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(word, Numbers.Next());
            var count = Math.Min(8, bytes.Length);
            word[..count].CopyTo(bytes);
            bytes = bytes[count..];
        }
    }

    /// <inheritdoc/>
    IEntropy IEntropy.Fork(string label) => Fork(label);

    /// <summary>The stream of that label under this one. The same label twice gives the same stream twice.</summary>
    public SeededEntropy Fork(string label)
    {
        ArgumentException.ThrowIfNullOrEmpty(label);
        return new SeededEntropy(_seed, $"{_label}/{label}");
    }
}

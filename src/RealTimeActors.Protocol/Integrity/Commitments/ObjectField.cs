using RealTimeActors.Protocol.Json;

namespace RealTimeActors.Protocol.Integrity.Commitments;

/// <summary>A top-level field of an object: where its name stands between the quotes, and its value.</summary>
internal readonly record struct ObjectField(int NameStart, int NameLength, int ValueStart, int ValueLength) : ISlice
{
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> text, ReadOnlySpan<byte> scratch) => text.Slice(NameStart, NameLength);
}

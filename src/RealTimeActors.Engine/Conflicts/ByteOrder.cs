namespace RealTimeActors.Engine.Conflicts;

/// <summary>Bytes in their order.</summary>
internal sealed class ByteOrder : IComparer<byte[]>
{
    private ByteOrder() { }

    internal static ByteOrder Instance { get; } = new();

    public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
}

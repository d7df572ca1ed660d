using System.Buffers;
using Microsoft.AspNetCore.Connections.Features;

namespace RealTimeActors.Edge.WebSockets.Direct;

/// <summary>
/// What connections that are handed on to the web server take their buffers from. The shared pool, which stands behind it, gives an empty buffer to whoever names no size;
/// the web server's own transport never does, and answers that are written bit by bit (event streams) rely on it.
/// </summary>
internal sealed class BlockPool : MemoryPool<byte>, IMemoryPoolFeature
{
    internal static readonly BlockPool Instance = new();
    private const int BlockBytes = 4_096;

    public override int MaxBufferSize => Shared.MaxBufferSize;

    MemoryPool<byte> IMemoryPoolFeature.MemoryPool => this;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1) => Shared.Rent(Math.Max(minBufferSize, BlockBytes));

    protected override void Dispose(bool disposing)
    {
        // The shared pool lives as long as the process.
    }
}

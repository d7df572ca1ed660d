namespace RealTimeActors.Benchmarks.Floor;

/// <summary>The same through the stream that Kestrel gives for an upgraded connection: a copy into its pipe, a hop to its sender, and TLS where there is TLS.</summary>
internal sealed class FloorStream(Stream stream, Action whenThereIsRoom) : IFloorOutlet
{
    private Task? _write;

    public int Send(ReadOnlyMemory<byte> bytes)
    {
        if (_write is { IsCompleted: false }) return 0;
        if (_write is { IsCompletedSuccessfully: false }) return -1;

        // Kestrel copies before it returns; what is awaited is only that the pipe has room again.
        var write = stream.WriteAsync(bytes);
        _write = write.IsCompletedSuccessfully ? null : write.AsTask();
        _write?.ContinueWith(_ => whenThereIsRoom(), TaskScheduler.Default);
        return bytes.Length;
    }

    public void Answer(ReadOnlyMemory<byte> bytes)
    {
        var write = stream.WriteAsync(bytes);
        if (!write.IsCompletedSuccessfully) write.AsTask().GetAwaiter().GetResult();
    }

    public void Close() => stream.Dispose();
}

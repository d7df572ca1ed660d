namespace RealTimeActors.Edge.WebSockets;

/// <summary>The way out of one transport: bytes go to the wire at once, or a bounded rest of them waits.</summary>
/// <remarks>Safe to call from any thread. Takes whole WebSocket messages as long as it is given whole ones, so that a close frame may follow whatever was taken.</remarks>
internal abstract class WireWriter(IWireOwner owner)
{
    /// <summary>Told when bytes were refused and can be taken again, and when the wire has failed; never under a lock.</summary>
    protected IWireOwner Owner { get; } = owner;

    /// <summary>Takes as many bytes as the wire takes now. When they were fewer than given, <see cref="IWireOwner.OnWritable"/> is called once it can take more.
    /// After <see cref="EndAsync"/>, or when the wire has failed, everything is taken and dropped.</summary>
    internal abstract int Send(ReadOnlySpan<byte> bytes);

    /// <summary>Sends these bytes after everything that was taken, and takes nothing more; then, where the wire can say so, that no more will come.</summary>
    internal abstract void SendLast(ReadOnlySpan<byte> bytes);

    /// <summary>Takes and drops everything from now on, and completes when what was taken is out or lost.</summary>
    internal abstract Task EndAsync();
}

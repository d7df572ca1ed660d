namespace RealTimeActors.Sharding.Tcp;

/// <summary>What went between this node and the others since it listens. Counts are safe to read from anywhere, and out of date as soon as they are read.</summary>
public sealed class TcpFigures
{
    private readonly long[] _refused = new long[Enum.GetValues<LinkRefusal>().Max(refusal => (int)refusal) + 1];
    private long _bytesSent;
    private long _bytesReceived;
    private long _batchesSent;
    private long _batchesReceived;
    private long _writes;
    private long _opened;
    private long _ended;
    private long _dials;
    private long _notConnected;
    private long _nobodyListened;
    private long _probes;

    /// <summary>Bytes of frames with their heads, before TLS.</summary>
    public long BytesSent => Interlocked.Read(ref _bytesSent);

    /// <summary>Bytes of frames with their heads, after TLS.</summary>
    public long BytesReceived => Interlocked.Read(ref _bytesReceived);

    /// <summary>Batches that were given to be sent, and were.</summary>
    public long BatchesSent => Interlocked.Read(ref _batchesSent);

    /// <summary>Batches that came.</summary>
    public long BatchesReceived => Interlocked.Read(ref _batchesReceived);

    /// <summary>Writes to connections: several batches that wait leave in one.</summary>
    public long Writes => Interlocked.Read(ref _writes);

    /// <summary>Connections that came about, dialed or accepted.</summary>
    public long LinksOpened => Interlocked.Read(ref _opened);

    /// <summary>Connections that are there now.</summary>
    public long Links => LinksOpened - Interlocked.Read(ref _ended);

    /// <summary>Attempts to connect.</summary>
    public long Dials => Interlocked.Read(ref _dials);

    /// <summary>Attempts that came to nothing.</summary>
    public long NotConnected => Interlocked.Read(ref _notConnected);

    /// <summary>Attempts and probes that the other node's system refused: nobody listened.</summary>
    public long NobodyListened => Interlocked.Read(ref _nobodyListened);

    /// <summary>Connections that came and went without a byte: somebody asked whether this node is there.</summary>
    public long Probes => Interlocked.Read(ref _probes);

    /// <summary>Connections of others that were refused for a reason.</summary>
    public long RefusedFor(LinkRefusal refusal) => Interlocked.Read(ref _refused[(int)refusal]);

    /// <summary>Connections of others that were refused.</summary>
    public long Refused => Enum.GetValues<LinkRefusal>().Sum(RefusedFor);

    internal void Sent(long bytes)
    {
        Interlocked.Add(ref _bytesSent, bytes);
        Interlocked.Increment(ref _writes);
    }

    internal void SentBatches(int batches) => Interlocked.Add(ref _batchesSent, batches);

    internal void Received(long bytes) => Interlocked.Add(ref _bytesReceived, bytes);

    internal void ReceivedBatches(int batches) => Interlocked.Add(ref _batchesReceived, batches);

    internal void Opened() => Interlocked.Increment(ref _opened);

    internal void Ended() => Interlocked.Increment(ref _ended);

    internal void Dialed() => Interlocked.Increment(ref _dials);

    internal void DidNotConnect() => Interlocked.Increment(ref _notConnected);

    internal void FoundNobody() => Interlocked.Increment(ref _nobodyListened);

    internal void Probed() => Interlocked.Increment(ref _probes);

    internal void DidRefuse(LinkRefusal refusal) => Interlocked.Increment(ref _refused[(int)refusal]);
}

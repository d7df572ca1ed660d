namespace RealTimeActors.Benchmarks.Floor;

/// <summary>Where a connection's bytes leave: its socket, or Kestrel's stream before it.</summary>
internal interface IFloorOutlet
{
    /// <summary>Takes what it can now, copies it, and returns how much: 0 when it is full, below 0 when the other side has gone.</summary>
    int Send(ReadOnlyMemory<byte> bytes);

    /// <summary>Sends all of a short answer.</summary>
    void Answer(ReadOnlyMemory<byte> bytes);

    void Close();
}

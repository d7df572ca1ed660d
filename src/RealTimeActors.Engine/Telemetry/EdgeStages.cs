namespace RealTimeActors.Engine.Telemetry;

/// <summary>How long events take from the disk to the rings and from there to the connections, and publishers wait for their receipts: once per run of an edge actor.</summary>
internal sealed class EdgeStages(EngineMeters meters)
{
    private long _oldestCommitted = long.MaxValue;
    private long _oldestPublish = long.MaxValue;
    private long _flushing;

    /// <summary>The moment, where somebody wants to know; otherwise 0.</summary>
    internal long Now(TimeProvider time) => meters.TakesTime ? time.GetTimestamp() : 0;

    /// <summary>A run of events is in the rings; it was committed then.</summary>
    internal void FannedOut(long committedAt)
    {
        if (committedAt > 0)
            _oldestCommitted = Math.Min(_oldestCommitted, committedAt);
    }

    /// <summary>A publish that arrived then is answered with the next write.</summary>
    internal void Answering(long receivedAt)
    {
        if (receivedAt > 0)
            _oldestPublish = Math.Min(_oldestPublish, receivedAt);
    }

    /// <summary>All messages of the run were handled; what waits is written now.</summary>
    internal void BeginWriting(TimeProvider time)
    {
        if (_oldestCommitted == long.MaxValue)
            return;

        _flushing = time.GetTimestamp();
        meters.Took(Stage.FanOut, time.GetElapsedTime(_oldestCommitted, _flushing));
    }

    /// <summary>It is written, or waits because its connection takes nothing.</summary>
    internal void EndWriting(TimeProvider time)
    {
        if (_oldestCommitted == long.MaxValue && _oldestPublish == long.MaxValue)
            return;

        var now = time.GetTimestamp();
        if (_oldestCommitted != long.MaxValue)
            meters.Took(Stage.Write, time.GetElapsedTime(_flushing, now));

        if (_oldestPublish != long.MaxValue)
            meters.Answered("websocket", time.GetElapsedTime(_oldestPublish, now));

        _oldestCommitted = _oldestPublish = long.MaxValue;
    }
}

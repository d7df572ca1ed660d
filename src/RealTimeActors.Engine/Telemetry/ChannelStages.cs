namespace RealTimeActors.Engine.Telemetry;

/// <summary>How long the events of one channel take until they are decided and until they are on disk. Nothing is measured while nobody wants to know.</summary>
internal sealed class ChannelStages(EngineMeters meters)
{
    /// <summary>When the events up to an offset were decided on. One entry per run that appended something.</summary>
    private Queue<(long Offset, long At)>? _decided;
    private long _oldestReceived = long.MaxValue;
    private long _head;
    private long _undecidedTold;

    /// <summary>A publish that arrived then is being decided on; 0: it is not known when.</summary>
    internal void Received(long timestamp)
    {
        if (timestamp > 0)
            _oldestReceived = Math.Min(_oldestReceived, timestamp);
    }

    /// <summary>The run is over.</summary>
    /// <param name="time">The time door.</param>
    /// <param name="head">The newest offset that was given.</param>
    /// <param name="undecided">Events that are not on disk yet.</param>
    internal void RunEnded(TimeProvider time, long head, int undecided)
    {
        if (undecided != _undecidedTold)
        {
            meters.UndecidedChanged(undecided - _undecidedTold);
            _undecidedTold = undecided;
        }

        if (meters.TakesTime && (_oldestReceived != long.MaxValue || head > _head))
        {
            var now = time.GetTimestamp();
            if (_oldestReceived != long.MaxValue)
                meters.Took(Stage.Decide, time.GetElapsedTime(_oldestReceived, now));

            if (undecided > 0 && head > _head)
                (_decided ??= new()).Enqueue((head, now));
        }

        _head = head;
        _oldestReceived = long.MaxValue;
    }

    /// <summary>Everything up to this offset is on disk. Returns the present moment; 0 where nobody wants to know.</summary>
    internal long Committed(TimeProvider time, long offset)
    {
        if (!meters.TakesTime)
        {
            _decided?.Clear();
            return 0;
        }

        var now = time.GetTimestamp();
        if (_decided is null)
            return now;

        if (_decided.TryPeek(out var oldest))
            meters.Took(Stage.Persist, time.GetElapsedTime(oldest.At, now));

        while (_decided.TryPeek(out var decided) && decided.Offset <= offset)
            _decided.Dequeue();

        return now;
    }

    /// <summary>What was on its way is lost, or the actor ends: nothing of it waits any more.</summary>
    internal void Forget()
    {
        _decided?.Clear();
        if (_undecidedTold != 0)
            meters.UndecidedChanged(-_undecidedTold);

        _undecidedTold = 0;
        _head = 0;
    }
}

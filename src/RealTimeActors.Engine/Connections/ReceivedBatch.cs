namespace RealTimeActors.Engine.Connections;

/// <summary>What came in at one go: its bytes open the window again when the last publish in it has been dealt with.</summary>
internal sealed class ReceivedBatch(Connection connection, int bytes, long receivedAt)
{
    private int _unsettled = 1;

    /// <summary>When it came; 0: nobody measures.</summary>
    internal long ReceivedAt => receivedAt;

    /// <summary>One more publish to wait for.</summary>
    internal void Hold() => _unsettled++;

    /// <summary>One less.</summary>
    internal void Release()
    {
        if (--_unsettled == 0 && bytes > 0)
            connection.Consumed(bytes);
    }
}

namespace RealTimeActors.Engine.Connections;

/// <summary>What came in at one go: its bytes open the window again when the last publish in it has been dealt with.</summary>
internal sealed class ReceivedBatch(Connection connection, int bytes)
{
    private int _unsettled = 1;

    /// <summary>One more publish to wait for.</summary>
    internal void Hold() => _unsettled++;

    /// <summary>One less.</summary>
    internal void Release()
    {
        if (--_unsettled == 0 && bytes > 0)
            connection.Consumed(bytes);
    }
}

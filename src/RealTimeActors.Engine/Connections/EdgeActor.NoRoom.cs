namespace RealTimeActors.Engine.Connections;

/// <content>What was told by actors of this node to a shard that has no owner and no room to wait in, and is to be told again: at once it would come back at once, as long as that is so.</content>
internal sealed partial class EdgeActor
{
    /// <summary>Messages that wait to be told again; one more is given up.</summary>
    private const int NoRoomMax = 10_000;

    private static readonly TimeSpan _againAfter = TimeSpan.FromMilliseconds(250);
    private static readonly object _noRoomTimer = new();

    /// <summary>In their order. Null: none.</summary>
    private Queue<EdgeMessage.NoRoom>? _noRoom;

    private void OnNoRoom(EdgeMessage.NoRoom noRoom)
    {
        if (_noRoom is { Count: >= NoRoomMax })
        {
            noRoom.GiveUp();
            return;
        }

        if (_noRoom is null)
            Context.StartTimer(_noRoomTimer, _againAfter, EdgeMessage.NoRoomDue.Instance);

        (_noRoom ??= new()).Enqueue(noRoom);
    }

    private void TellAgain()
    {
        var due = _noRoom;
        _noRoom = null;
        foreach (var noRoom in due ?? [])
            noRoom.TellAgain();
    }
}

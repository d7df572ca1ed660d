using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Connections;

/// <content>Clients that should connect to another node: all of them where this one stops, a few where another one has more room.</content>
internal sealed partial class EdgeActor
{
    /// <summary>Who was told to go, one by one, and when he is closed.</summary>
    private readonly SortedDictionary<string, long> _leaving = new(StringComparer.Ordinal);

    private void OnGoAway(EdgeMessage.GoAway goAway)
    {
        var place = 0;
        foreach (var connection in _connections.Values.Where(connection => connection.IsOpen).ToArray())
            TellToGo(connection, goAway.Within, goAway.Spread, goAway.Addresses, place++);
    }

    private void OnSendAway(EdgeMessage.SendAway order)
    {
        var now = Context.Time.GetTimestamp();
        var until = now + (long)(order.Within.TotalSeconds * Context.Time.TimestampFrequency);

        // Ids are drawn: the first of them are anybody.
        var place = 0;
        foreach (var connection in _connections.Values
            .Where(connection => connection.IsOpen && !_leaving.ContainsKey(connection.Id) && Context.Time.GetElapsedTime(connection.OpenedAt, now) >= order.Stay)
            .Take(order.Count)
            .ToArray())
        {
            _leaving.Add(connection.Id, until);
            TellToGo(connection, order.Within, order.Spread, order.Addresses, place++);
        }
    }

    /// <summary>Once a second: who did not go by himself is closed, and comes back elsewhere.</summary>
    private void CloseWhoStayed()
    {
        if (_leaving.Count == 0)
            return;

        var now = Context.Time.GetTimestamp();
        foreach (var (id, until) in _leaving.ToArray())
        {
            if (until > now)
                continue;

            _leaving.Remove(id);
            if (_connections.TryGetValue(id, out var connection))
                Spare(connection, static (connection, _) => connection.Close(CloseCode.Elsewhere, "Another node has more room."), 0);
        }
    }

    private static void TellToGo(Connection connection, TimeSpan within, TimeSpan spread, IReadOnlyList<string> addresses, int place) => Spare(
        connection,
        static (connection, frame) => connection.Send(frame),
        new ServerFrame.Goaway((long)within.TotalMilliseconds, (long)spread.TotalMilliseconds, addresses.Count == 0 ? null : addresses[place % addresses.Count]));
}

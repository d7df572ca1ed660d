namespace RealTimeActors.Simulation.Checkers;

/// <content>Which connections a session had, asked for every receipt, of hundreds of connections; and when its actors ended.</content>
internal sealed partial class Observations
{
    /// <summary>A connection tells its session's next actor of itself when that before has ended, but once a second at most, and with its edge's next tick, which comes every second.</summary>
    private static readonly TimeSpan _attachesWithin = TimeSpan.FromMilliseconds(2_050);

    private static readonly List<LinkView> _none = [];
    private readonly Dictionary<string, List<LinkView>> _bySession = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, (TimeSpan? Last, TimeSpan? Before)> _sessionEnds = new(StringComparer.Ordinal);

    /// <summary>All connections that were welcomed with that session, in the order in which they were opened.</summary>
    public List<LinkView> LinksOf(string session) => _bySession.GetValueOrDefault(session, _none);

    /// <summary>A session's actor ends under its connection.</summary>
    public void SessionEnds(string session) => _sessionEnds[session] = (Now, _sessionEnds.GetValueOrDefault(session).Last);

    /// <summary>Whether the session's actor may not know yet whose connection this is: it ended twice in such a time that the connection waits before it tells the next one. Whoever takes the session over meanwhile cannot have it put out.</summary>
    public bool MayNotBeAttached(LinkView link) =>
        link.Session is { } session && _sessionEnds.TryGetValue(session, out var ends) && ends.Before is { } before && link.WelcomedAt < ends.Last && ends.Last < before + _attachesWithin && Now < ends.Last + _attachesWithin;

    private void Move(LinkView view, string? former)
    {
        if (former is not null)
            _bySession[former].Remove(view);

        if (view.Session is not { } session)
            return;

        if (!_bySession.TryGetValue(session, out var links))
            _bySession.Add(session, links = []);

        var place = links.FindIndex(other => other.Link.Number > view.Link.Number);
        links.Insert(place < 0 ? links.Count : place, view);
    }
}

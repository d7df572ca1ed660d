namespace RealTimeActors.Simulation.Checkers;

/// <content>Which connections a session had. Asked for every receipt, of hundreds of connections.</content>
internal sealed partial class Observations
{
    private static readonly List<LinkView> _none = [];
    private readonly Dictionary<string, List<LinkView>> _bySession = new(StringComparer.Ordinal);

    /// <summary>All connections that were welcomed with that session, in the order in which they were opened.</summary>
    public List<LinkView> LinksOf(string session) => _bySession.GetValueOrDefault(session, _none);

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

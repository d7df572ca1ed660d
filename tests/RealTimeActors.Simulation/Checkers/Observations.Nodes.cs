namespace RealTimeActors.Simulation.Checkers;

/// <content>Nodes of a cluster that stood still or did not reach each other: whoever could not be told may do for a moment what he would not have done otherwise.</content>
internal sealed partial class Observations
{
    /// <summary>For so long it may take after that until two nodes have found each other again, and have told each other what holds: silence, another call, and who asks anew.</summary>
    private static readonly TimeSpan _togetherWithin = TimeSpan.FromMilliseconds(2_500);

    /// <summary>For so long it takes besides the words that are under way.</summary>
    private static readonly TimeSpan _meetWithin = TimeSpan.FromMilliseconds(30);

    private readonly SortedDictionary<string, TimeSpan> _goneOn = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, TimeSpan> _apart = new(StringComparer.Ordinal);

    /// <summary>For how long a word from one node to another may have been under way, so far.</summary>
    public TimeSpan WordsTake { get; private set; }

    /// <summary>The links are as slow as this from here on.</summary>
    public void WordsMayTake(TimeSpan latency) => WordsTake = latency > WordsTake ? latency : WordsTake;

    /// <summary>A node that stood still goes on: what it had in hand it may still do.</summary>
    public void GoesOn(string node)
    {
        _goneOn[node] = Now;
        IsApart(node);
    }

    /// <summary>A node does not reach another, or the link with it broke, or is there again.</summary>
    public void IsApart(string node) => _apart[node] = Now;

    /// <summary>When the node that has a connection went on after it had stood still; a time long ago: it has not.</summary>
    public TimeSpan WentOnAt(LinkView link) => link.Link.Host is { } host && _goneOn.TryGetValue(host, out var at) ? at : TimeSpan.MinValue;

    /// <summary>Whether the node that has a connection may not have heard yet what others know.</summary>
    public bool MayNotHaveHeard(LinkView link) =>
        link.Link.Host is { } host && ((_apart.TryGetValue(host, out var at) && Now < at + _togetherWithin) || (link.Session is { } session && Node.LinkedFor(host, session) < MeetWithin));

    /// <summary>Two nodes that are linked say who they are, then which shards they have; then the one tells the session of its connection, and is told that another has it.</summary>
    private TimeSpan MeetWithin => _meetWithin + (4 * WordsTake);
}

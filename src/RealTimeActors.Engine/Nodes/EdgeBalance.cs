using RealTimeActors.Sharding.Cluster;

namespace RealTimeActors.Engine.Nodes;

/// <summary>
/// Whether an edge takes new clients, and how many of those that it has should go. Only while another edge has clearly less to do: where all are full nobody is better off elsewhere, and the limit of connections alone counts.
/// </summary>
/// <remarks>Three things keep clients from being sent to and fro: it begins at a higher load than it ends, another edge has to have less to do by a margin, and a round takes at most half of the difference along, which makes
/// the two alike and not the other one full. Pure: the same looks give the same.</remarks>
/// <param name="options">When, and how much.</param>
public sealed class EdgeBalance(EdgeBalanceOptions options)
{
    private int _tooMuch;
    private TimeSpan? _sentAwayAt;

    /// <summary>The edges where there is room, those with the most of it first; empty: clients are taken here.</summary>
    public IReadOnlyList<EdgeStanding> Better { get; private set; } = [];

    /// <summary>Whether new clients are turned away.</summary>
    public bool TurnsAway { get; private set; }

    /// <summary>Looks at how things stand.</summary>
    /// <param name="load">Of this edge.</param>
    /// <param name="connections">How many it has.</param>
    /// <param name="others">The other edges that take clients.</param>
    /// <param name="now">On a clock that only goes on.</param>
    /// <returns>How many of its clients are to be sent away now.</returns>
    public int Look(double load, long connections, IReadOnlyList<EdgeStanding> others, TimeSpan now)
    {
        _tooMuch = load >= options.OverloadedAt ? Math.Min(_tooMuch + 1, options.LooksMin) : 0;
        var margin = TurnsAway ? options.Margin / 2 : options.Margin;
        var better = others.Where(other => other.Load <= load - margin).OrderBy(other => other.Load).ThenBy(other => other.Node, StringComparer.Ordinal).ToList();
        TurnsAway = better.Count > 0 && (_tooMuch >= options.LooksMin || (TurnsAway && load >= options.Until));
        Better = TurnsAway ? better : [];
        if (!TurnsAway || load < options.OverloadedAt || connections == 0 || options.AwayShareMax <= 0 || now - _sentAwayAt < options.AwayEvery)
            return 0;

        _sentAwayAt = now;
        var share = Math.Min(options.AwayShareMax, (load - better[0].Load) / 2);
        return (int)Math.Min(int.MaxValue, Math.Ceiling(connections * share));
    }
}

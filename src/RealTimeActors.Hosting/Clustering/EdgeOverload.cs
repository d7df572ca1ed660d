using System.Diagnostics;
using RealTimeActors.Engine.Nodes;
using RealTimeActors.Sharding.Cluster;

namespace RealTimeActors.Hosting.Clustering;

/// <summary>How much an edge has to do, and what it does when that is too much.</summary>
/// <param name="options">When, and what.</param>
/// <param name="connectionsMax">How many connections it may have.</param>
internal sealed class EdgeOverload(EdgeBalanceOptions options, int connectionsMax)
{
    private readonly EdgeBalance _balance = new(options);
    private readonly long _began = Stopwatch.GetTimestamp();
    private double _load;
    private volatile string? _reason;

    /// <summary>Why new clients are turned away, without a stop at its end; null: they are taken. Safe from anywhere; everything else is one actor's.</summary>
    internal string? Reason => _reason;

    /// <summary>Where there is more room.</summary>
    internal IReadOnlyList<EdgeStanding> Better => _balance.Better;

    internal TimeSpan StayAtLeast => options.StayAtLeast;

    /// <summary>What of both is the tighter one: processors, or places for connections.</summary>
    internal double LoadOf(double processors, long connections) => _load = Math.Max(processors, Math.Min(1, (double)connections / connectionsMax));

    /// <returns>How many clients are to be sent away.</returns>
    internal int Look(long connections, IReadOnlyList<EdgeStanding> others)
    {
        var away = _balance.Look(_load, connections, others, Stopwatch.GetElapsedTime(_began));
        _reason = _balance.TurnsAway ? $"This node has too much to do, and others have room ({string.Join(", ", _balance.Better.Select(other => other.Node))}): connect to another one" : null;
        return away;
    }
}

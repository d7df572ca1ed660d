namespace RealTimeActors.Engine.Nodes;

/// <summary>When an edge has too much to do, and what it does then. Loads are of 0 (idle) to 1 (full).</summary>
public sealed record EdgeBalanceOptions
{
    /// <summary>From this load on, <see cref="LooksMin"/> times in a row, clients are turned away. Default 0.9.</summary>
    public double OverloadedAt { get; init; } = 0.9;

    /// <summary>Below this load they are taken again. Default 0.8.</summary>
    public double Until { get; init; } = 0.8;

    /// <summary>How much less another edge has to have to do, for clients to be better off there. Once they are turned away half of it is enough to go on. Default 0.2.</summary>
    public double Margin { get; init; } = 0.2;

    /// <summary>How often it has to be seen that it is too much: a burst is none. Default 4.</summary>
    public int LooksMin { get; init; } = 4;

    /// <summary>The least time between two rounds in which clients that are here are sent away. Default 5 s.</summary>
    public TimeSpan AwayEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The most of them that go in one round, as a share; 0: nobody who is here is sent away. Default 0.05.</summary>
    public double AwayShareMax { get; init; } = 0.05;

    /// <summary>Who is here for less than that stays: nobody is sent to and fro. Default 1 min.</summary>
    public TimeSpan StayAtLeast { get; init; } = TimeSpan.FromMinutes(1);
}

namespace RealTimeActors.Simulation.Cluster;

/// <summary>What goes wrong on the way of all nodes to the database.</summary>
internal sealed class DatabaseFaults
{
    public bool IsAway { get; set; }

    public TimeSpan LatencyMax { get; set; } = TimeSpan.FromMilliseconds(1);

    public bool IsFull { get; set; }

    public double LostAnswerChance { get; set; }
}

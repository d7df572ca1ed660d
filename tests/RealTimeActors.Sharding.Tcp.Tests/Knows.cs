namespace RealTimeActors.Sharding.Tcp.Tests;

/// <summary>Which secrets a node was started with while one is changed.</summary>
public enum Knows
{
    Former,
    Both,
    New,
}

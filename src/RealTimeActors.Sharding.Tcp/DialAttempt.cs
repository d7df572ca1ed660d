namespace RealTimeActors.Sharding.Tcp;

/// <summary>One attempt to reach a node. It may be given up because that node's call came first.</summary>
internal sealed class DialAttempt
{
    internal bool IsAbandoned { get; set; }
}

namespace RealTimeActors.Engine.Presence;

/// <summary>What can be chosen about who is there. Documented key by key in <c>hocon/reference.conf</c>.</summary>
public sealed record PresenceOptions
{
    /// <summary>For how long somebody whose connection broke is still there. Default 10 s.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What changes within this time is told together; between two frames lies as much at least, and more the more members there are. Default 250 ms.</summary>
    public TimeSpan GatheredFor { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Up to so many members clients are told who they are; beyond it they are told only how many. Default 200.</summary>
    public int ListedMax { get; init; } = 200;

    /// <summary>Members of one channel; one more is refused (105). Default 100,000.</summary>
    public int MembersMax { get; init; } = 100_000;

    /// <summary>Bytes of one member's state; more are refused (110). Default 4,096.</summary>
    public int StateBytesMax { get; init; } = 4_096;

    /// <summary>So few must be left before they are listed again: who comes and goes at the bound must not bring the whole list each time.</summary>
    internal int ListedAgainMax => ListedMax - (ListedMax / 10);
}

namespace RealTimeActors.Streams.Tests.Properties;

/// <summary>What may happen to one shaper, in any order. One that cannot be at the moment changes nothing.</summary>
public abstract record ShaperAction
{
    private ShaperAction() { }

    /// <summary>The next event of a lane; <paramref name="Jump"/> offsets of it went elsewhere.</summary>
    public sealed record Push(int Lane, int Jump, string Type, string? Key, int Bytes, int? LivesMs) : ShaperAction;

    /// <summary>Time goes on, and nobody looks.</summary>
    public sealed record Wait(int Ms) : ShaperAction;

    /// <summary>The connection writes so many, highest lane first. Between two of these it is blocked.</summary>
    public sealed record Write(int Max) : ShaperAction;

    /// <summary>The connection writes one of a certain lane.</summary>
    public sealed record WriteOf(int Lane) : ShaperAction;

    public sealed record Flush : ShaperAction;

    /// <summary>The source begins anew.</summary>
    public sealed record GiveUp : ShaperAction;
}

namespace RealTimeActors.Engine.Inspection;

/// <summary>How much one look at the node may cost it.</summary>
public static class InspectionLimits
{
    /// <summary>Items of one page.</summary>
    public const int PageMax = 1_000;

    /// <summary>Questions under way at one time; one more is refused (113).</summary>
    public const int QueriesMax = 32;

    /// <summary>Sessions that are looked at for one page, so that a filter which fits few does not look through all of them.</summary>
    internal const int ScanMax = 1_000;

    /// <summary>Names that are asked for at one time.</summary>
    internal const int NamesAtOnce = 200;

    /// <summary>Followers of one channel that an edge looks through in one message.</summary>
    internal const int FollowersAtOnce = 1_000;

    /// <summary>Actors of one question that are asked at one time.</summary>
    internal const int AsksAtOnce = 32;

    /// <summary>After so long a question is answered with what is known.</summary>
    public static TimeSpan Within { get; } = TimeSpan.FromSeconds(5);
}

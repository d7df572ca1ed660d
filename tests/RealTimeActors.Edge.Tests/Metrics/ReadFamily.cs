namespace RealTimeActors.Edge.Tests.Metrics;

/// <summary>One figure, read back.</summary>
internal sealed record ReadFamily(string Name)
{
    internal string? Type { get; set; }

    internal string? Help { get; set; }

    internal string? Unit { get; set; }

    internal List<ReadSample> Samples { get; } = [];
}

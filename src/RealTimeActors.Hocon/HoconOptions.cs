namespace RealTimeActors.Hocon;

/// <summary>How a configuration is read and resolved.</summary>
public sealed record HoconOptions
{
    /// <summary>Nothing from outside, the usual limits.</summary>
    public static HoconOptions Default { get; } = new();

    /// <summary>Where a substitution is looked up that the configuration does not have; null: it is undefined. Nothing is looked up unless this is set.</summary>
    public Func<string, string?> Environment { get; init; } = static _ => null;

    public HoconLimits Limits { get; init; } = new();

    /// <summary>The environment variables of this process, and the usual limits.</summary>
    public static HoconOptions WithEnvironment() => new() { Environment = System.Environment.GetEnvironmentVariable };
}

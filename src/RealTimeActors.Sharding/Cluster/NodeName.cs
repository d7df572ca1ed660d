namespace RealTimeActors.Sharding.Cluster;

/// <summary>What a node of a cluster may be called: its name stands in tables, paths and the names of actors.</summary>
public static class NodeName
{
    /// <summary>The longest name.</summary>
    public const int CharsMax = 64;

    /// <summary>1 to <see cref="CharsMax"/> letters, digits, dots, hyphens or underscores.</summary>
    public static bool IsValid(string name) => name.Length is >= 1 and <= CharsMax && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
}

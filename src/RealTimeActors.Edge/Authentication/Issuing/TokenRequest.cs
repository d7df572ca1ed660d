using RealTimeActors.Engine.Access;

namespace RealTimeActors.Edge.Authentication.Issuing;

/// <summary>A token that is wanted.</summary>
public sealed record TokenRequest
{
    /// <summary>The user (<c>sub</c>).</summary>
    public required string Subject { get; init; }

    /// <summary>How long it is to be good.</summary>
    public required TimeSpan Lifetime { get; init; }

    /// <summary>Its <c>roles</c>.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>Its <c>channels</c>: rights by pattern.</summary>
    public IReadOnlyList<ChannelGrant> Channels { get; init; } = [];

    /// <summary>The key to sign with; null: the only one that can, or the first of the configuration.</summary>
    public string? Kid { get; init; }
}

namespace RealTimeActors.Client;

/// <summary>What may be demanded of an edit.</summary>
public sealed record EditOptions
{
    /// <summary>The version that the entry must still have when the edit arrives, 0: that there must be none; otherwise it is rejected. null: the channel's rules decide between this edit and
    /// those of others.</summary>
    public long? IfVersion { get; init; }
}

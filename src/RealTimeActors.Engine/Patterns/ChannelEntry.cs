namespace RealTimeActors.Engine.Patterns;

/// <summary>A channel in the directory. Belongs to it; what travels is a <see cref="ChannelStanding"/>.</summary>
internal sealed class ChannelEntry(string name)
{
    internal string Name { get; } = name;

    internal bool IsDurable { get; set; }

    /// <summary>The life of its log; null: not needed yet.</summary>
    internal string? Epoch { get; set; }

    /// <summary>Its newest offset, as far as it was told.</summary>
    internal long Head { get; set; }

    /// <summary>Whether it has told of an event, and will not tell of the next.</summary>
    internal bool IsAwake { get; set; }

    /// <summary>The directory's position when it last changed; 0: it was there from the start.</summary>
    internal long ChangedAt { get; set; }
}

namespace RealTimeActors.Edge.EventStreams;

/// <summary>What a feed has for a reader.</summary>
internal enum FeedRead
{
    /// <summary>Events were written.</summary>
    Events,

    /// <summary>It has everything.</summary>
    Nothing,

    /// <summary>What it needs next is not held here: the log has it, or knows what became of it.</summary>
    Behind,
}

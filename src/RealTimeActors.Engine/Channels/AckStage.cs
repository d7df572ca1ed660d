namespace RealTimeActors.Engine.Channels;

/// <summary>What a report about acks follows.</summary>
internal enum AckStage
{
    /// <summary>The events came: those who follow the channel live are counted.</summary>
    Live,

    /// <summary>The directory told of the events: those who follow by a pattern a channel that was at rest are counted, too.</summary>
    Patterns,

    /// <summary>Somebody has acked since.</summary>
    Moved,

    /// <summary>The channel asked for the last word; nothing more is watched.</summary>
    Last,
}

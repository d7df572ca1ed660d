namespace RealTimeActors.Engine.Channels;

/// <summary>What a channel makes of a producer's sequence.</summary>
internal enum ProducerVerdict
{
    /// <summary>Never seen: append it.</summary>
    New,

    /// <summary>Seen, with the same payload: the same receipt again.</summary>
    Duplicate,

    /// <summary>Seen, with another payload: 108.</summary>
    Conflict,

    /// <summary>Older than what is remembered: 109, not appended.</summary>
    OutOfWindow,
}

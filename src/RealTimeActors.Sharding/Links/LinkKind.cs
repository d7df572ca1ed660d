namespace RealTimeActors.Sharding.Links;

/// <summary>How the actor of an address is known.</summary>
public enum LinkKind : byte
{
    /// <summary>By a number that was given out on this connection, and is good until the actor or the connection ends.</summary>
    Numbered,

    /// <summary>Every node says when a connection begins which of its actors are known to all: regions and edges.</summary>
    WellKnown,

    /// <summary>By a number, too: whoever asks from outside of the actors, and takes one answer. Over there nobody stands for him who would have to be told when he has it.</summary>
    Asking,
}

namespace RealTimeActors.Sharding.Links;

/// <summary>The kinds of frames between nodes: one byte, then what the kind says, varints first.</summary>
internal enum LinkFrame : byte
{
    /// <summary>The first of a connection: the names of the node's well-known actors.</summary>
    Meet = 1,

    /// <summary>A message: kind and number of who is meant, then the codec's bytes.</summary>
    Tell = 2,

    /// <summary>The actor of a number that was given out on this connection has ended.</summary>
    Ended = 3,

    /// <summary>I am here.</summary>
    Beat = 4,

    /// <summary>You are not in the table of nodes any more. The last of a connection.</summary>
    NoMember = 5,
}

namespace RealTimeActors.Sharding.Links;

/// <summary>Whose an actor or a tag is, seen from one side of a link.</summary>
public enum LinkOwner : byte
{
    /// <summary>It is of this node.</summary>
    Ours,

    /// <summary>It is of the node at the other end.</summary>
    Theirs,

    /// <summary>It is of another node; only well-known actors are known by such an address.</summary>
    Third,
}

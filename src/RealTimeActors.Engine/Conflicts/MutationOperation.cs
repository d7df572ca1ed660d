namespace RealTimeActors.Engine.Conflicts;

/// <summary>What a mutation does with the value of its key.</summary>
public enum MutationOperation
{
    /// <summary>RFC 7396: members are written, null removes one.</summary>
    Merge,

    /// <summary>The whole value is replaced.</summary>
    Set,

    /// <summary>The key is removed.</summary>
    Delete,

    /// <summary>An object of fields: numbers to add.</summary>
    Increment,

    /// <summary>An object of fields: arrays of members to add.</summary>
    Add,

    /// <summary>An object of fields: arrays of members to take out.</summary>
    Remove,
}

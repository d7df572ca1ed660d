namespace RealTimeActors.Engine.Conflicts;

/// <summary>In which way a <c>$state</c> event says what it did to the value.</summary>
internal enum StateEffect
{
    /// <summary>Exactly what was asked for: the operation and its value say it.</summary>
    AsAsked,

    /// <summary>Nothing.</summary>
    None,

    /// <summary>A merge patch.</summary>
    Patch,

    /// <summary>The whole value.</summary>
    Set,

    /// <summary>The key is absent.</summary>
    Deleted,
}

namespace RealTimeActors.Persistence.Sqlite.Files;

/// <summary>What a connection is for.</summary>
internal enum ConnectionKind
{
    ReadOnly,
    Writer,

    /// <summary>The target of a copy: nothing is read from it or set in it before it is there.</summary>
    Copy,
}

namespace RealTimeActors.Persistence.Sqlite.Files;

/// <summary>What a connection is for.</summary>
internal enum ConnectionKind
{
    ReadOnly,
    Writer,
}

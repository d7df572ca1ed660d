namespace RealTimeActors.Hosting.Settings;

/// <summary>Which PostgreSQL database the journal is in: section <c>realtime.journal.postgresql</c>.</summary>
/// <param name="ConnectionString">A secret.</param>
/// <param name="Schema">The schema that holds the tables.</param>
/// <param name="Migrates">Whether they are made or brought up to date at the start.</param>
/// <param name="Writers">Connections that write.</param>
/// <param name="Readers">Connections that read.</param>
/// <param name="StartWithin">How long a start waits for a database that cannot be reached yet.</param>
/// <param name="ConnectWithin">How long one attempt to connect may take.</param>
/// <param name="StatementWithin">How long one statement may take.</param>
/// <param name="WriteWithin">How long a write waits for a database that is away.</param>
/// <param name="Lease">How long the lease on the store runs without being renewed.</param>
public sealed record PostgreSqlSettings(
    string ConnectionString, string Schema, bool Migrates, int Writers, int Readers, TimeSpan StartWithin, TimeSpan ConnectWithin, TimeSpan StatementWithin, TimeSpan WriteWithin, TimeSpan Lease)
{
    /// <summary>Without the connection string, which holds a password.</summary>
    public override string ToString() => $"schema {Schema}";
}

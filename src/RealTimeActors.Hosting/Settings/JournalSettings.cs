namespace RealTimeActors.Hosting.Settings;

/// <summary>Reads section <c>journal</c>.</summary>
internal static class JournalSettings
{
    private const int SchemaCharactersMax = 63;
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    internal static (JournalProvider Provider, PostgreSqlSettings? PostgreSql) Read(KeyReader journal)
    {
        var provider = journal.OneOf("provider", "sqlite", "sqlite", "postgresql", "memory") switch
        {
            "postgresql" => JournalProvider.PostgreSql,
            "memory" => JournalProvider.Memory,
            _ => JournalProvider.Sqlite,
        };
        return (provider, ReadPostgreSql(journal.Section("postgresql"), isUsed: provider == JournalProvider.PostgreSql));
    }

    /// <summary>Null where the journal is in no database; what stands there is checked all the same.</summary>
    private static PostgreSqlSettings? ReadPostgreSql(KeyReader section, bool isUsed)
    {
        var connection = section.Secret("connection-string");
        if (isUsed && connection is null)
            section.Problem("connection-string", "the database is expected, as Host=db;Database=realtime;Username=realtime;Password=…, since journal.provider is postgresql; nothing came");

        var schema = section.Text("schema", "realtime");
        if (schema.Length > SchemaCharactersMax || !schema.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_') || char.IsAsciiDigit(schema[0]) || schema.StartsWith("pg_", StringComparison.Ordinal))
            section.Problem("schema", $"1 to {SchemaCharactersMax} of a-z, 0-9 and _ are expected, not beginning with a digit or pg_; '{schema}' came");

        var settings = new PostgreSqlSettings(
            connection ?? "",
            schema,
            section.Flag("migrate", true),
            section.Integer("writers", 4, 1, 64),
            section.Integer("readers", 4, 1, 64),
            section.Duration("start-within", 10 * _second, TimeSpan.Zero, TimeSpan.FromHours(1)),
            section.Duration("connect-within", 5 * _second, _second / 10, TimeSpan.FromMinutes(1)),
            section.Duration("statement-within", 10 * _second, _second / 10, TimeSpan.FromMinutes(10)),
            section.Duration("write-within", 5 * _second, _second / 10, TimeSpan.FromMinutes(10)),
            section.Duration("lease", 3 * _second, _second / 2, TimeSpan.FromMinutes(10)));
        return isUsed ? settings : null;
    }
}

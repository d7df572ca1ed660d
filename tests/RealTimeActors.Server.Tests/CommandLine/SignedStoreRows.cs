using SQLitePCL;

namespace RealTimeActors.Server.Tests.CommandLine;

internal static class SignedStoreRows
{
    /// <summary>All rows of the logs and of the checkpoints.</summary>
    internal static List<StoredRow> Rows(this SignedStore store)
    {
        var rows = new List<StoredRow>();
        store.Change(database =>
        {
            const string Sql = "SELECT name, id, last, count, written_ms, checksum, payload FROM rows JOIN streams ON id = stream WHERE name LIKE 'channel/%' OR name = '$checkpoints' ORDER BY name, last";
            Assert.Equal(raw.SQLITE_OK, raw.sqlite3_prepare_v2(database, Sql, out var statement));
            using (statement)
            {
                while (raw.sqlite3_step(statement) == raw.SQLITE_ROW)
                {
                    rows.Add(new StoredRow(
                        raw.sqlite3_column_text(statement, 0).utf8_to_string(),
                        raw.sqlite3_column_int64(statement, 1),
                        raw.sqlite3_column_int64(statement, 2),
                        raw.sqlite3_column_int64(statement, 3),
                        raw.sqlite3_column_int64(statement, 4),
                        raw.sqlite3_column_int64(statement, 5),
                        raw.sqlite3_column_blob(statement, 6).ToArray()));
                }
            }
        });
        return rows;
    }
}

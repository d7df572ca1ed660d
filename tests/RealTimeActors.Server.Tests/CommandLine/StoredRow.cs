using System.Numerics;
using SQLitePCL;

namespace RealTimeActors.Server.Tests.CommandLine;

/// <summary>A row as it stands in the database.</summary>
internal sealed record StoredRow(string Stream, long Id, long Last, long Count, long WrittenMs, long Checksum, byte[] Payload)
{
    /// <summary>The checksum of a row, as the README of the journal describes it: who changes a row on purpose makes it right again.</summary>
    internal static long Crc(StoredRow row, ReadOnlySpan<byte> payload)
    {
        var crc = uint.MaxValue;
        foreach (var number in (long[])[row.Id, row.Last, row.Count, row.WrittenMs])
            crc = BitOperations.Crc32C(crc, (ulong)number);

        foreach (var b in payload)
            crc = BitOperations.Crc32C(crc, b);

        return ~crc;
    }

    /// <summary>Runs a statement whose parameters are the columns of a row.</summary>
    internal static void Run(sqlite3 database, string sql, StoredRow row) => Assert.True(TryRun(database, sql, row));

    /// <summary>The same, where another row may be in its place.</summary>
    internal static bool TryRun(sqlite3 database, string sql, StoredRow row)
    {
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_prepare_v2(database, sql, out var statement));
        using (statement)
        {
            long[] numbers = [row.Id, row.Last, row.Count, row.WrittenMs, row.Checksum];
            for (var i = 0; i < numbers.Length; i++)
                raw.sqlite3_bind_int64(statement, i + 1, numbers[i]);

            raw.sqlite3_bind_blob(statement, 6, row.Payload);
            var code = raw.sqlite3_step(statement);
            Assert.Contains(code, (int[])[raw.SQLITE_DONE, raw.SQLITE_CONSTRAINT]);
            return code == raw.SQLITE_DONE;
        }
    }
}

namespace RealTimeActors.Persistence.PostgreSql.Writing;

/// <summary>What came of a committed group beyond "all of it". Places count from 1.</summary>
/// <param name="Fenced">Shards whose fence is another's by now: nothing of them was written.</param>
/// <param name="Refused">Places of the streams that end elsewhere.</param>
/// <param name="RefusedEnds">Where those end.</param>
/// <param name="SnapshotEnds">Where the stream of each snapshot ends.</param>
/// <param name="Trims">The trim point that holds now, for each trim.</param>
internal sealed record GroupOutcome(int[]? Fenced, int[]? Refused, long[]? RefusedEnds, long[]? SnapshotEnds, long[]? Trims)
{
    /// <summary>Reads it from five columns, beginning with <paramref name="first"/>.</summary>
    internal static GroupOutcome Read(Npgsql.NpgsqlDataReader row, int first)
    {
        return new GroupOutcome(Get<int[]>(0), Get<int[]>(1), Get<long[]>(2), Get<long[]>(3), Get<long[]>(4));

        T? Get<T>(int at)
            where T : class => row.IsDBNull(first + at) ? null : row.GetFieldValue<T>(first + at);
    }
}

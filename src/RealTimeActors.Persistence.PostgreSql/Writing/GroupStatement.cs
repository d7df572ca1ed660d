using Npgsql;
using NpgsqlTypes;

namespace RealTimeActors.Persistence.PostgreSql.Writing;

/// <summary>The one statement that commits a group, in one round trip, prepared on one connection.</summary>
internal sealed class GroupStatement : IDisposable
{
    private readonly NpgsqlCommand _command;
    private readonly NpgsqlParameter<long> _writer;
    private readonly NpgsqlParameter<long> _group;
    private readonly Column<int> _shards, _of, _rowOf, _rowCounts, _rowChecksums, _snapshotOf, _snapshotChecksums, _trimOf, _deleteOf;
    private readonly Column<long> _epochs, _nonces, _expected, _ends, _rowLasts, _snapshotSequences, _trimPoints;
    private readonly Column<string> _names, _snapshotNames, _trimNames, _deleteNames;
    private readonly Column<ReadOnlyMemory<byte>> _rowPayloads, _snapshotPayloads;

    internal GroupStatement(NpgsqlConnection connection)
    {
        _command = connection.CreateCommand();
        _command.Parameters.Add(_writer = new NpgsqlParameter<long>());
        _command.Parameters.Add(_group = new NpgsqlParameter<long>());
        (_shards, _epochs, _nonces) = (Integers(), Longs(), Longs());
        (_names, _of, _expected, _ends) = (Texts(), Integers(), Longs(), Longs());
        (_rowOf, _rowLasts, _rowCounts, _rowChecksums, _rowPayloads) = (Integers(), Longs(), Integers(), Integers(), Payloads());
        (_snapshotNames, _snapshotOf, _snapshotSequences, _snapshotChecksums, _snapshotPayloads) = (Texts(), Integers(), Longs(), Integers(), Payloads());
        (_trimNames, _trimOf, _trimPoints) = (Texts(), Integers(), Longs());
        (_deleteNames, _deleteOf) = (Texts(), Integers());
        _command.CommandText = $"SELECT * FROM commit_group({string.Join(", ", Enumerable.Range(1, _command.Parameters.Count).Select(number => $"${number}"))})";
    }

    internal Task PrepareAsync(CancellationToken cancellation) => _command.PrepareAsync(cancellation);

    /// <summary>Commits the group. It is not cancelled: whoever gives up waiting gives up the connection.</summary>
    internal async Task<GroupOutcome> RunAsync(long writer, long number, Group group)
    {
        Fill(group);
        _writer.TypedValue = writer;
        _group.TypedValue = number;
        await using var row = await _command.ExecuteReaderAsync(CancellationToken.None);
        await row.ReadAsync(CancellationToken.None);
        return GroupOutcome.Read(row, 0);
    }

    public void Dispose() => _command.Dispose();

    private void Fill(Group group)
    {
        _shards.Set(group.Fences, fence => fence.Shard);
        _epochs.Set(group.Fences, fence => fence.Epoch);
        _nonces.Set(group.Fences, fence => fence.Nonce);
        _names.Set(group.Chains, append => append.Stream.Value);
        _of.Set(group.Chains, append => append.Fence.Shard);
        _expected.Set(group.Chains, append => append.ExpectedLast);
        _ends.Set(group.ChainEnds, end => end);
        _rowOf.Set(group.AppendChains, chain => chain);
        _rowLasts.Set(group.Appends, append => append.Row.Last);
        _rowCounts.Set(group.Appends, append => append.Row.Count);
        _rowChecksums.Set(group.Appends, append => Checksum.Of(append.Stream.Value, append.Row.Last, append.Row.Count, append.Row.Payload.Span));
        _rowPayloads.Set(group.Appends, append => append.Row.Payload);
        _snapshotNames.Set(group.Snapshots, snapshot => snapshot.Stream.Value);
        _snapshotOf.Set(group.Snapshots, snapshot => snapshot.Fence.Shard);
        _snapshotSequences.Set(group.Snapshots, snapshot => snapshot.Sequence);
        _snapshotChecksums.Set(group.Snapshots, snapshot => Checksum.Of(snapshot.Stream.Value, snapshot.Sequence, 0, snapshot.Payload.Span));
        _snapshotPayloads.Set(group.Snapshots, snapshot => snapshot.Payload);
        _trimNames.Set(group.Trims, trim => trim.Stream.Value);
        _trimOf.Set(group.Trims, trim => trim.Fence.Shard);
        _trimPoints.Set(group.Trims, trim => trim.UpTo);
        _deleteNames.Set(group.Deletes, delete => delete.Stream.Value);
        _deleteOf.Set(group.Deletes, delete => delete.Fence.Shard);
    }

    private Column<int> Integers() => Add<int>(NpgsqlDbType.Integer);

    private Column<long> Longs() => Add<long>(NpgsqlDbType.Bigint);

    private Column<string> Texts() => Add<string>(NpgsqlDbType.Text);

    private Column<ReadOnlyMemory<byte>> Payloads() => Add<ReadOnlyMemory<byte>>(NpgsqlDbType.Bytea);

    private Column<T> Add<T>(NpgsqlDbType type)
    {
        var column = new Column<T>(type);
        _command.Parameters.Add(column.Parameter);
        return column;
    }

    /// <summary>An array of one parameter, filled anew for each group.</summary>
    private sealed class Column<T>(NpgsqlDbType type)
    {
        internal NpgsqlParameter<T[]> Parameter { get; } = new() { NpgsqlDbType = NpgsqlDbType.Array | type, TypedValue = [] };

        internal void Set<TItem>(IReadOnlyCollection<TItem> items, Func<TItem, T> value)
        {
            if (items.Count == 0)
            {
                Parameter.TypedValue = [];
                return;
            }

            var values = new T[items.Count];
            var at = 0;
            foreach (var item in items)
                values[at++] = value(item);

            Parameter.TypedValue = values;
        }
    }
}

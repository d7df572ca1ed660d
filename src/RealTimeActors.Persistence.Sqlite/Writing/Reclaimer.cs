using RealTimeActors.Persistence.Sqlite.Files;

namespace RealTimeActors.Persistence.Sqlite.Writing;

/// <summary>
/// Deletes rows that were let go, in bounded slices within the commits of the writer. What is left to do stands in the file, so a restart goes on with it.
/// </summary>
internal sealed class Reclaimer(Connection connection)
{
    private readonly Statement _nextTrimmed = connection.Prepare("SELECT id, trim FROM streams WHERE reclaimed < trim LIMIT 1");
    private readonly Statement _nextGrave = connection.Prepare("SELECT stream FROM graves LIMIT 1");
    private readonly Statement _sliceEnd = connection.Prepare("SELECT last FROM rows WHERE stream = ?1 AND last <= ?2 ORDER BY last LIMIT 1 OFFSET ?3");
    private readonly Statement _delete = connection.Prepare("DELETE FROM rows WHERE stream = ?1 AND last <= ?2");
    private readonly Statement _setReclaimed = connection.Prepare("UPDATE streams SET reclaimed = ?2 WHERE id = ?1");
    private readonly Statement _deleteGrave = connection.Prepare("DELETE FROM graves WHERE stream = ?1");

    /// <summary>Whether there may be something to delete.</summary>
    internal bool HasWork { get; private set; } = true;

    internal void LookAgain() => HasWork = true;

    /// <summary>Deletes about <paramref name="rowsMax"/> rows within the open transaction.</summary>
    internal void Slice(int rowsMax)
    {
        // A slice of a stream with few rows counts too, so that many small streams do not make a long commit.
        for (var streams = 0; HasWork && streams < 16; streams++)
        {
            if (_nextTrimmed.Step())
            {
                var (stream, trim) = (_nextTrimmed.Int64(0), _nextTrimmed.Int64(1));
                _nextTrimmed.Reset();
                if (!DeleteUpTo(stream, trim, rowsMax, out var reclaimed))
                    reclaimed = trim;

                _setReclaimed.Bind(1, stream).Bind(2, reclaimed).Run();
                if (reclaimed < trim)
                    return;
            }
            else if (_nextGrave.Step())
            {
                var stream = _nextGrave.Int64(0);
                _nextGrave.Reset();
                if (DeleteUpTo(stream, long.MaxValue, rowsMax, out _))
                    return;

                _deleteGrave.Bind(1, stream).Run();
            }
            else
            {
                HasWork = false;
            }
        }
    }

    /// <returns>Whether rows were left for the next slice.</returns>
    private bool DeleteUpTo(long stream, long upTo, int rowsMax, out long deletedUpTo)
    {
        deletedUpTo = _sliceEnd.Bind(1, stream).Bind(2, upTo).Bind(3, rowsMax).Scalar(otherwise: upTo);
        var isMoreLeft = deletedUpTo < upTo;
        _delete.Bind(1, stream).Bind(2, deletedUpTo).Run();
        return isMoreLeft;
    }
}

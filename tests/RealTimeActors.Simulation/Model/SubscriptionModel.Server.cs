namespace RealTimeActors.Simulation.Model;

/// <summary>The server's side of the model.</summary>
internal sealed partial class SubscriptionModel
{
    private sealed record NackRequest(long Offset);

    private sealed record SeekRequest(int Epoch, long Offset, int Number);

    private void OnConnect(Kept kept)
    {
        OnCut();
        if (kept != Kept.Everything)
        {
            Reader = new ReaderModel();
            _seek = null;
            _ackedHighest = 0;
        }

        if (kept == Kept.Nothing)
            Begin(Log.Head);
        else if (Cursor.Epoch != Log.Epoch)
            Begin(Log.Trim, _seek?.Number ?? 0);
        else if (_seek is { } seek) // Asked and not answered: the client asks again.
            Begin(seek);
        else
            Open(isFresh: false);
    }

    /// <summary>A position of another life of the log is answered by a reset: from the earliest.</summary>
    private void Begin(SeekRequest seek) => Begin(seek.Epoch == Log.Epoch && seek.Offset <= Log.Head ? seek.Offset : Log.Trim, seek.Number);

    /// <summary>A fresh start: a stranger, a seek, another life of the log. It is on disk before the client is told.</summary>
    private void Begin(long offset, int seek = 0)
    {
        Cursor.Seek(Log.Epoch, offset);
        Cursor.Journal();
        _lateAcks.Clear();
        _deliveries.Clear();
        History.Begin(Log.Epoch, offset);
        Open(isFresh: true, seek);
    }

    private void Open(bool isFresh, int seek = 0)
    {
        Connection = new ConnectionModel(Log.Epoch, Cursor.Prefix);
        Connection.ToClient.Enqueue(new Told.Subscribed(Log.Epoch, Cursor.Prefix, isFresh, seek));
    }

    private void OnRequest(ConnectionModel connection, object request)
    {
        switch (request)
        {
            case AckModel ack:
                Cursor.Take(ack, Log.Head);
                break;
            case SeekRequest seek:
                Begin(seek);
                Connection = Connection!.OnWireOf(connection);
                break;
            case NackRequest nack when _deliveries.GetValueOrDefault(nack.Offset) >= AttemptsMax:
                Cursor.GiveUpOn(nack.Offset);
                History.GaveUp(Log.Epoch, nack.Offset);
                connection.ToClient.Enqueue(new Told.Skip(nack.Offset));
                break;
            case NackRequest nack:
                connection.Retries.Enqueue(nack.Offset);
                break;
        }
    }

    private IEnumerable<long> Untold(ConnectionModel connection)
    {
        for (var offset = connection.Start + 1; offset <= Log.Head; offset++)
        {
            if (!connection.ToldOffsets.Contains(offset))
                yield return offset;
        }
    }

    /// <summary>Retries first, then what is urgent, then by offset.</summary>
    private void Tell()
    {
        if (Connection is null)
            return;

        if (Connection.Retries.TryDequeue(out var retry))
        {
            Connection.ToClient.Enqueue(Frame(retry));
            return;
        }

        var untold = Untold(Connection).ToList();
        if (untold.Count == 0)
            return;

        var urgent = untold.FirstOrDefault(o => Log[o].IsUrgent);
        var offset = urgent > 0 ? urgent : untold[0];
        Connection.ToldOffsets.Add(offset);
        Connection.ToClient.Enqueue(Frame(offset));
    }

    private Told Frame(long offset)
    {
        // What the session acked ahead of its prefix on an earlier connection is not sent again, but accounted for: a client
        // that saved only its session could otherwise never close the hole.
        if (Cursor.Contains(offset) || !Log[offset].IsWanted)
            return new Told.Skip(offset);

        if (offset <= Log.Trim)
            return new Told.Gap(offset);

        var attempt = _deliveries[offset] = _deliveries.GetValueOrDefault(offset) + 1;
        return new Told.Event(offset, attempt);
    }
}

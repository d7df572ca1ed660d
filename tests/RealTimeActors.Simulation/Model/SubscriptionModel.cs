namespace RealTimeActors.Simulation.Model;

/// <summary>
/// One channel, one session, one subscription and everything that can befall them, as plainly as it can be told: no I/O, no time,
/// no prefix arithmetic. What the product does must look like one of this model's runs.
/// </summary>
internal sealed partial class SubscriptionModel
{
    /// <summary>All deliveries counted, after which a session gives up on an offset.</summary>
    public const int AttemptsMax = 3;

    private readonly SortedDictionary<long, int> _deliveries = [];
    private readonly List<AckModel> _lateAcks = [];
    private SeekRequest? _seek;
    private int _seeks;
    private long _ackedHighest;

    public SubscriptionModel()
    {
        Cursor = new CursorModel(Log.Epoch, 0);
        Cursor.Journal();
        History.Begin(Log.Epoch, 0);
    }

    public LogModel Log { get; } = new();

    public CursorModel Cursor { get; private set; }

    public ReaderModel Reader { get; private set; } = new();

    public ConnectionModel? Connection { get; private set; }

    public SubscriptionHistory History { get; } = new();

    /// <summary>Carries the action out where it makes sense at the moment.</summary>
    public void Do(ModelAction action)
    {
        switch (action)
        {
            case ModelAction.Append append:
                Log.Append(new LogEntry(append.IsUrgent, append.IsWanted));
                break;
            case ModelAction.Retain retain:
                Log.Retain(retain.Count);
                break;
            case ModelAction.Tell:
                Tell();
                break;
            case ModelAction.FrameArrives when Connection?.ToClient.TryDequeue(out var told) == true:
                OnFrame(told);
                break;
            case ModelAction.SendAck when Connection is not null && Reader.Epoch == Connection.Epoch && _seek is null:
                OnSendAck(Connection);
                break;
            case ModelAction.SendNack nack:
                OnSendNack(nack.Pick);
                break;
            case ModelAction.SendSeek seek when Connection is not null && Reader.Epoch == Connection.Epoch && _seek is null:
                _seek = new SeekRequest(Log.Epoch, seek.Pick % (Log.Head + 1), ++_seeks);
                Connection.ToServer.Enqueue(_seek);
                break;
            case ModelAction.RequestArrives when Connection?.ToServer.TryDequeue(out var request) == true:
                OnRequest(Connection, request);
                break;
            case ModelAction.Cut:
                OnCut();
                break;
            case ModelAction.LateAckArrives when _lateAcks.Count > 0:
                Cursor.Take(_lateAcks[0], Log.Head);
                _lateAcks.RemoveAt(0);
                break;
            case ModelAction.Connect connect:
                OnConnect(connect.Kept);
                break;
            case ModelAction.JournalCursor:
                Cursor.Journal();
                break;
            case ModelAction.ServerCrash:
                OnServerCrash();
                break;
            case ModelAction.RestoreBackup restore:
                OnServerCrash();
                Log.RestoreFrom(Math.Max(0, Log.Head - restore.Lost));
                break;
        }
    }

    /// <summary>The faults are over: the client comes back as it was, everything is told, processed and acked.</summary>
    public void Settle()
    {
        OnConnect(Kept.Everything);
        do
        {
            Tell();
            while (Connection!.ToClient.TryDequeue(out var told))
                OnFrame(told);

            OnSendAck(Connection);
            while (Connection.ToServer.TryDequeue(out var request))
                OnRequest(Connection, request);
        }
        while (Connection.ToClient.Count > 0 || Connection.Retries.Count > 0 || Untold(Connection).Any());
    }

    private void OnFrame(Told told)
    {
        if (told is Told.Subscribed { IsFresh: true } subscribed)
        {
            _ackedHighest = 0;
            if (subscribed.Seek == _seek?.Number)
                _seek = null;
        }

        var isApplied = Reader.Take(told);

        // What was said before the seek arrives before the answer to it, and belongs to the life before.
        if (_seek is null)
            History.Received(told, isApplied, Reader);
    }

    private void OnSendAck(ConnectionModel connection)
    {
        var ack = Reader.Ack();
        _ackedHighest = Math.Max(_ackedHighest, ack.Ranges.Count > 0 ? ack.Ranges[^1].To : ack.Offset);
        connection.ToServer.Enqueue(ack);
    }

    private void OnSendNack(int pick)
    {
        if (Connection is null || Reader.Epoch != Connection.Epoch || _seek is not null)
            return;

        var candidates = Reader.Accounts.Where(a => a.Value == Account.Event && a.Key > _ackedHighest && !Reader.Nacked.Contains(a.Key)).ToList();
        if (candidates.Count == 0)
            return;

        var offset = candidates[pick % candidates.Count].Key;
        Reader.Nack(offset);
        History.Nacked(Reader, offset);
        Connection.ToServer.Enqueue(new NackRequest(offset));
    }

    private void OnCut()
    {
        if (Connection is null)
            return;

        _lateAcks.AddRange(Connection.ToServer.OfType<AckModel>());
        Connection = null;
    }

    private void OnServerCrash()
    {
        OnCut();
        _lateAcks.Clear();
        _deliveries.Clear();
        Cursor = Cursor.Recovered();
    }
}

using RealTimeActors.Persistence.EventSourcing;
using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Sharding.Tests.Cluster;

/// <summary>An entity that counts, durably.</summary>
internal sealed class Counter(string id, IJournal journal) : EventSourcedActor<Count, Counter.Counted, Counter.Total>(journal, new StreamId($"counter/{id}"), new EventSourcingOptions())
{
    private readonly Queue<Count.Add> _asked = new();
    private bool _isLeaving;

    internal sealed record Counted(long Value);

    internal sealed class Total
    {
        internal long Value { get; set; }
    }

    protected override void OnCommand(Count command)
    {
        _asked.Enqueue((Count.Add)command);
        Persist(new Counted(State.Value + 1));
    }

    protected override Total CreateState(JournalReply.Loaded loaded) => new();

    protected override void Apply(Total state, Counted @event) => state.Value = @event.Value;

    protected override ReadOnlyMemory<byte> WriteRow(IReadOnlyList<Counted> events)
    {
        var to = new PayloadWriter();
        foreach (var e in events)
            to.Varint(e.Value);

        return to.ToArray();
    }

    protected override IReadOnlyList<Counted> ReadRow(JournalRow row)
    {
        var events = new List<Counted>();
        var from = new PayloadReader(row.Payload);
        while (!from.IsAtEnd)
            events.Add(new Counted(from.Varint()));

        return events;
    }

    protected override ReadOnlyMemory<byte> WriteSnapshot(Total state) => WriteRow([new Counted(state.Value)]);

    protected override Total ReadSnapshot(ReadOnlyMemory<byte> payload, JournalReply.Loaded loaded)
    {
        var from = new PayloadReader(payload);
        return new Total { Value = from.Varint() };
    }

    protected override void OnCommitted(IReadOnlyList<Counted> events)
    {
        foreach (var e in events)
        {
            var asked = _asked.Dequeue();
            asked.ReplyTo.Tell(new Count.Added(e.Value, asked.Tag));
        }

        LeaveIfDone();
    }

    protected override void OnLost(IReadOnlyList<Counted> events, bool isUnknown, JournalFault? fault, string message)
    {
        while (_asked.TryDequeue(out var asked))
            asked.ReplyTo.Tell(new Count.Unknown(asked.Tag, message));
    }

    /// <summary>Its shard was lost under it: what is under way may still commit, or not.</summary>
    protected override void OnStop()
    {
        while (_asked.TryDequeue(out var asked))
            asked.ReplyTo.Tell(new Count.Unknown(asked.Tag, "the shard was lost"));
    }

    protected override void OnOther(object message)
    {
        if (message is not ShardMessage.Leave)
            return;

        _isLeaving = true;
        LeaveIfDone();
    }

    private void LeaveIfDone()
    {
        if (_isLeaving && UndecidedCount == 0)
            Context.Stop(Self);
    }
}

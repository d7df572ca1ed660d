using RealTimeActors.Engine.Connections;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Protocol;

namespace RealTimeActors.Engine.Access;

/// <summary>Revocations and the journal: on disk first, then told.</summary>
internal sealed partial class RevocationsActor
{
    /// <summary>Orders whose revocations are on their way to the disk, oldest first: one for each event.</summary>
    private readonly Queue<Order> _unwritten = new();

    /// <summary>Revocations of which it is not known whether they reached the disk. When they did, the edges are told after all.</summary>
    private readonly List<EdgeOrder.PutOut> _unknown = [];
    private long _trimmed;

    private void Revoke(UserCommand.Disconnect disconnect, EdgeOrder.PutOut putOut)
    {
        var order = OrderOf(disconnect.Tag, disconnect.ReplyTo, putOut);
        var before = putOut.BeforeUnixMs!.Value;
        var revoked = new RevocationEvent.Revoked(putOut.User, before, before + (long)(Options.TokenLifetimeMax + _leeway).TotalMilliseconds);
        if (Options.Bug == PlantedBug.RevocationNotJournaled)
        {
            Apply(State, revoked);
            Tell(order);
            return;
        }

        Persist(revoked);
        _unwritten.Enqueue(order);
    }

    protected override void OnCommitted(IReadOnlyList<RevocationEvent> events)
    {
        for (var i = 0; i < events.Count; i++)
            Tell(_unwritten.Dequeue());

        if (SnapshotSequence > _trimmed)
        {
            _trimmed = SnapshotSequence;
            Journal.Trim(Stream, _trimmed, Self);
        }
    }

    protected override void OnLost(IReadOnlyList<RevocationEvent> events, bool isUnknown, JournalFault? fault, string message)
    {
        while (_unwritten.TryDequeue(out var order))
        {
            if (isUnknown)
                _unknown.Add((EdgeOrder.PutOut)order.Message);

            Finish(order, isUnknown
                ? new UserReply.Refused(order.Tag, ErrorCode.Timeout, $"It could not be learnt whether the revocation is stored; repeat it: {message}")
                : new UserReply.Refused(order.Tag, ErrorCode.Overloaded, $"The revocation could not be stored: {message}"));
        }
    }

    protected override void OnRecovered()
    {
        foreach (var putOut in _unknown.Where(putOut => State.BeforeOf(putOut.User, NowUnixMs) == putOut.BeforeUnixMs))
            Tell(OrderOf(null, null, putOut));

        _unknown.Clear();
    }
}

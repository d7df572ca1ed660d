using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Engine.Shaping;
using RealTimeActors.Engine.States;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Connections;

/// <summary>Mode <c>state</c>: first the state as of one offset, in parts, at the connection's pace; then, as with events, what comes after it: each event as the change that it is.</summary>
/// <remarks>
/// The parts cost no credit, because they replace what the client had. However long they take, all are of the one document that came with the position: it never changes, and what happens meanwhile follows
/// out of the rings or the log. Where the log does not hold that any more, no patch could be applied: the channel is joined anew and the state comes again.
/// </remarks>
internal sealed partial class Subscription
{
    private const int PartBytesMin = 2_048;

    /// <summary>What a part has besides its entries.</summary>
    private const int PartBytesAround = 512;

    /// <summary>What is not written yet of it lies behind <see cref="_writtenKey"/>; null: all is written.</summary>
    private StateDocument? _snapshot;
    private long _snapshotOffset;
    private string? _writtenKey;

    /// <summary>As of which offset it was given a state, which the client owes an ack for; null: as of none.</summary>
    private long? _stateAt;

    /// <summary>As of which offset it was given a state; 0: as of none.</summary>
    internal long StateAt => _stateAt ?? 0;

    /// <summary>Whether it was given a state that the client has not acked.</summary>
    internal bool OwesState => _stateAt > _said;

    internal bool IsState => Options.Mode == SubscriptionMode.State;

    /// <summary>Whether some of the state is still to be written: nothing that came after it may be.</summary>
    private bool HasSnapshot => _snapshot is not null;

    /// <summary>Where the position is said anew, a state comes with it. A connection that goes on where it was goes on with the parts, too.</summary>
    private void BeginSnapshot(StartPosition start, StateDocument? snapshot)
    {
        if (start.Recovered == Recovered.Full && snapshot is null)
            return;

        _snapshot = snapshot;
        _snapshotOffset = start.Offset;
        _stateAt = snapshot is null ? null : start.Offset;
        _writtenKey = null;
        Channel.NewestSnapshot = Has(PlantedBug.SnapshotPartsOfTwoOffsets) ? snapshot : null;
    }

    /// <summary>Writes parts as far as there is room. False: there is more.</summary>
    private bool FillSnapshot(Outgoing to)
    {
        while (_snapshot is { } document)
        {
            var bytesMax = Math.Min(Connection.StatePartBytesMax, to.WholeBytesMax);
            if (to.Length > 0 && to.RoomLeft < PartBytesMin + PartBytesAround)
                return false;

            bytesMax = Math.Min(bytesMax, to.RoomLeft - PartBytesAround);

            if (_writtenKey is not null && Has(PlantedBug.SnapshotPartsOfTwoOffsets))
                document = Channel.NewestSnapshot ?? document;

            var page = StatePage.Of(document, _writtenKey, int.MaxValue, bytesMax, View is ChangesView view && !Has(PlantedBug.FieldsForgottenInState) ? view.Select : null);
            if (!to.TryWrite(new ServerFrame.State(Channel.Name.Value, _snapshotOffset, page.Entries, page.NextKey is null)))
                return false;

            _writtenKey = page.NextKey;
            if (page.NextKey is null)
                _snapshot = null;
        }

        return true;
    }

    /// <summary>The log was trimmed before it was read: a client that lacks a change cannot use those after it. It gets the state again.</summary>
    private bool BeginsAnew(ChannelReply.EventsRead page)
    {
        if (!IsState || page.First - 1 <= Pulled.Prefix)
            return false;

        Connection.JoinAnew(this);
        return true;
    }
}

using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Framing;

namespace RealTimeActors.Engine.Connections;

/// <summary>
/// The long events of one connection that are on their way in pieces, at most one per lane: so that what is more urgent passes between the pieces. Only for clients that asked
/// for pieces.
/// </summary>
/// <remarks>It keeps no bytes: where an event stands is found again by its subscription, and its encoding is the same each time.</remarks>
internal sealed class PieceWriter(WireFormat format, int bytesMax)
{
    private readonly UnderWay[] _underWay = new UnderWay[Streams.Lanes.Count];

    /// <summary>A frame of so many bytes goes whole.</summary>
    internal int BytesMax => bytesMax;

    /// <summary>Whether an event has begun that is not finished.</summary>
    internal bool IsBusy
    {
        get
        {
            foreach (ref readonly var frame in _underWay.AsSpan())
            {
                if (frame.By is not null)
                    return true;
            }

            return false;
        }
    }

    /// <summary>Whether an event of this subscription has begun that is not finished.</summary>
    internal bool IsBusyWith(Subscription by)
    {
        foreach (ref readonly var frame in _underWay.AsSpan())
        {
            if (frame.By == by)
                return true;
        }

        return false;
    }

    /// <summary>Whether some of this event is written already. Then it has cost its credit.</summary>
    internal bool IsUnderWay(Subscription by, long offset) => LaneOf(by, offset) is not null;

    /// <summary>Goes on with an event, or begins it. True: the last piece is written; false: there was no room for the next one, or another event of this lane is under way.</summary>
    internal bool TryWrite(int lane, Subscription by, long offset, ReadOnlySpan<byte> message, Outgoing to)
    {
        // Out of the log it has its turn in another lane than out of the rings: it goes on where it began.
        lane = LaneOf(by, offset) ?? lane;
        ref var underWay = ref _underWay[lane];
        if (underWay.By is not null && !underWay.Is(by, offset))
        {
            // Another subscription's comes first; an older one of this subscription was replaced by a newer, or is told of in another way.
            if (underWay.By != by && !underWay.IsStale)
                return false;

            if (!TryGiveUp(lane, to))
                return false;
        }

        if (underWay.By is null)
        {
            underWay = new UnderWay(by, by.Epoch, offset, 0);
            to.TakeCredit();
        }

        var frame = ServerMessages.FrameOf(format, message);
        while (underWay.Sent < frame.Length)
        {
            var length = Math.Min(bytesMax, frame.Length - underWay.Sent);
            if (!to.TryWritePiece(lane + 1, underWay.Sent + length == frame.Length, frame.Slice(underWay.Sent, length)))
                return false;

            underWay = underWay with { Sent = underWay.Sent + length };
        }

        underWay = default;
        to.CountEvent();
        return true;
    }

    /// <summary>Takes back what will not be finished: its subscription has ended or begun anew, or tells of the offset in another way. The newer one that it gave way to may have no credit but its.</summary>
    internal bool TryGiveUpStale(Outgoing to)
    {
        for (var lane = 0; lane < _underWay.Length; lane++)
        {
            if (_underWay[lane] is { By: not null, IsStale: true } && !TryGiveUp(lane, to))
                return false;
        }

        return true;
    }

    /// <summary>Where this event is under way; null: nowhere.</summary>
    private int? LaneOf(Subscription by, long offset)
    {
        for (var lane = 0; lane < _underWay.Length; lane++)
        {
            if (_underWay[lane].Is(by, offset))
                return lane;
        }

        return null;
    }

    private bool TryGiveUp(int lane, Outgoing to)
    {
        if (_underWay[lane].Sent > 0 && !to.TryWritePiece(lane + 1, isLast: true, []))
            return false;

        // No frame has come of it, so it costs nothing.
        to.GiveCreditBack();
        _underWay[lane] = default;
        return true;
    }

    private readonly record struct UnderWay(Subscription? By, string Epoch, long Offset, int Sent)
    {
        internal bool IsStale => !By!.IsStarted || By.Epoch != Epoch || By.Accounted.Contains(Offset) || By.HasLeftOut(Offset);

        internal bool Is(Subscription by, long offset) => By == by && Offset == offset && Epoch == by.Epoch;
    }
}

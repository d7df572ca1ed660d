using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Simulation.Checkers;

/// <summary>12: credit is kept to, what waits for a connection is bounded, and what was held for it returns.</summary>
internal sealed class Bounds : Checker
{
    private const int WriteBytes = 262_144;

    private readonly SortedDictionary<int, long> _credit = [];

    public override void OnArrived(LinkView link, ClientFrame frame)
    {
        // The one thing that cannot be seen from outside. Answers are bounded by four outboxes and a frame, what one write left over by a write.
        var queued = SimulatedNode.EngineEndOf(link.Link)?.QueuedBytes ?? 0;
        var queuedMax = (4L * Seen.Plan.Engine.OutboxBytesMax) + (2 * Limits.FrameBytesMax) + WriteBytes;
        Require(queued <= queuedMax, $"{queued} bytes wait for {link.Name}, which does not read; at most {queuedMax} may.");
        if (queued > Seen.Plan.Engine.OutboxBytesMax)
            Seen.Sometimes.Count("an outbox is over its mark");

        if (frame is ClientFrame.Hello { InitialCredit: { } initial })
            _credit[link.Link.Number] = initial;
        else if (frame is ClientFrame.Credit more)
            _credit[link.Link.Number] = _credit.GetValueOrDefault(link.Link.Number) + more.Events;
    }

    public override void OnSent(LinkView link, ServerFrame frame)
    {
        if (frame is not ServerFrame.Event || !_credit.TryGetValue(link.Link.Number, out var left))
            return;

        Require(left > 0, $"{link.Name} was sent {Line.Of(frame)} without credit for it.");
        _credit[link.Link.Number] = left - 1;
        if (left == 1)
            Seen.Sometimes.Count("credit is used up");
    }

    /// <summary>Who asked for pieces of so many bytes gets none that is longer; who did not ask gets none.</summary>
    public void OnPiece(LinkView link, ServerFrame.Piece piece) => Require(
        link.Hello?.PieceBytes is { } max && piece.Data.Length <= max,
        $"{link.Name} takes pieces of {link.Hello?.PieceBytes} bytes, and was sent {Line.Of(piece)}.");

    public override void AtRest()
    {
        foreach (var link in Seen.Links)
        {
            if (link.Link.IsOpen)
                Require(link.Link.WindowUsed == 0, $"{link.Name} has nothing under way, and {link.Link.WindowUsed} received bytes are not given back.");
        }
    }
}

using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.TestKit.Network;

namespace RealTimeActors.Simulation.Checkers;

/// <summary>Where nothing goes wrong and shards are only handed over, no client is refused anything for that, nor told that nobody knows.</summary>
/// <remarks>It looks at everybody's frames, and hands them on to the other checkers.</remarks>
internal sealed class Peace(Observations seen) : IWireTap
{
    /// <summary>Tokens that are shown. One after the other is looked at, and it may be said that the one before is not done.</summary>
    private readonly HashSet<(int Link, long Id)> _refreshes = [];

    public void Sent(SimulatedLink link, ServerFrame frame)
    {
        seen.Sent(link, frame);
        if (frame is ServerFrame.Error { Code: ErrorCode.Internal or ErrorCode.Overloaded or ErrorCode.Timeout } error && !_refreshes.Contains((link.Number, error.Id)))
            seen.Violate(new Violation(nameof(Peace), $"Shards are handed over, nothing goes wrong, and {link.Label}#{link.Number} is told {error.Code}: {error.Message}"));

        if (frame is ServerFrame.Receipt { Status: ReceiptStatus.Unknown } receipt)
            seen.Violate(new Violation(nameof(Peace), $"Shards are handed over, nothing goes wrong, and {link.Label}#{link.Number} is told that nobody knows what became of a publish to {receipt.Channel}."));
    }

    public void SentPiece(SimulatedLink link, ServerFrame.Piece piece) => seen.SentPiece(link, piece);

    public void Arrived(SimulatedLink link, ClientFrame frame)
    {
        if (frame is ClientFrame.Refresh)
            _refreshes.Add((link.Number, frame.Id));

        seen.Arrived(link, frame);
    }

    public void Answered(SimulatedLink link, ServerFrame frame) => seen.Answered(link, frame);
}

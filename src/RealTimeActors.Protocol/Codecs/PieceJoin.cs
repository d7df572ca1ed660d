using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Protocol.Codecs;

/// <summary>Puts the frames of one connection together that come in pieces (PROTOCOL.md, "Pieces"). What it holds is bounded.</summary>
/// <param name="codec">The connection's encoding.</param>
public sealed class PieceJoin(IFrameCodec codec)
{
    private const int UnderWayMax = 4;
    private readonly List<(long Of, MemoryStream Bytes)> _underWay = [];

    /// <summary>Takes a piece.</summary>
    /// <param name="piece">The next piece of its number.</param>
    /// <param name="frame">The whole frame, where this was its last piece; else null. Null with the last piece, too, when the server gave the frame up.</param>
    /// <returns>False: what came cannot be joined to a frame; the connection is of no more use.</returns>
    public bool TryAdd(ServerFrame.Piece piece, out ServerFrame? frame)
    {
        frame = null;
        var at = _underWay.FindIndex(one => one.Of == piece.Of);
        if (at < 0)
        {
            if (_underWay.Count == UnderWayMax)
                return false;

            at = _underWay.Count;
            _underWay.Add((piece.Of, new MemoryStream()));
        }

        var bytes = _underWay[at].Bytes;
        if (bytes.Length + piece.Data.Length > Limits.MessageBytesMax)
            return false;

        bytes.Write(piece.Data.Span);
        if (!piece.Last)
            return true;

        // The server has given up the rest: what it was about is over.
        _underWay.RemoveAt(at);
        if (piece.Data.IsEmpty)
            return true;

        frame = codec.DecodeServerFrame(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
        return frame is not null and not ServerFrame.Piece;
    }
}

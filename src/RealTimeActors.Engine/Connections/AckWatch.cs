using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Connections;

/// <summary>An event whose publisher waits for its receivers: which of the sessions that were online here have not acked it yet.</summary>
internal sealed class AckWatch
{
    /// <summary>Watched events per channel and edge; beyond it the oldest is forgotten, and its publisher gets the count when the time runs out.</summary>
    internal const int WatchesMax = 10_000;

    private readonly HashSet<string> _waiting;

    internal AckWatch(long offset, IEnumerable<string> sessions)
    {
        Offset = offset;
        _waiting = new HashSet<string>(sessions, StringComparer.Ordinal);
        Of = _waiting.Count;
    }

    internal long Offset { get; }

    /// <summary>Sessions that were online here when the event was committed.</summary>
    internal int Of { get; }

    internal int Acked => Of - _waiting.Count;

    internal bool IsCoveredBy(long prefix, IReadOnlyList<OffsetRange> ahead) =>
        Offset <= prefix || ahead.Any(range => range.From <= Offset && Offset <= range.To);

    /// <summary>Whether the session was waited for.</summary>
    internal bool Ack(string sessionId) => _waiting.Remove(sessionId);
}

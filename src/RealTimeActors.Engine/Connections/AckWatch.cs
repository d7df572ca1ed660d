using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Sessions;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Connections;

/// <summary>Events whose publisher waits for their receivers: which of the sessions that were online here have not acked them yet.</summary>
internal sealed class AckWatch(string epoch, Watched watched)
{
    /// <summary>Who has not acked, and whose session it is.</summary>
    private readonly Dictionary<string, string?> _waiting = new(StringComparer.Ordinal);
    private readonly HashSet<string> _acked = new(StringComparer.Ordinal);

    internal string Epoch { get; } = epoch;

    internal long Offset => watched.To;

    internal OffsetRange Range { get; } = new(watched.From, watched.To);

    internal long EndsUnixMs => watched.EndsUnixMs;

    /// <summary>Sessions that were online here when the events were committed.</summary>
    internal int Of => _waiting.Count + _acked.Count;

    internal int Acked => _acked.Count;

    /// <summary>Whether the directory may still tell of sessions that are to be counted.</summary>
    internal bool MayGrow { get; set; }

    /// <summary>Whether somebody has acked since it was last told.</summary>
    internal bool IsMoved { get; private set; }

    /// <summary>Whether the channel is to be told now: everybody has acked, or some are waited for. What lies between interests nobody before the time runs out.</summary>
    internal bool IsWorthTelling => IsMoved && (Acked == Of || watched.Count > 0);

    /// <summary>The session was online when the events were committed.</summary>
    internal void Count(string sessionId, string? user)
    {
        if (!_acked.Contains(sessionId))
            _waiting.TryAdd(sessionId, user);
    }

    internal bool IsWaitingFor(string sessionId) => _waiting.ContainsKey(sessionId);

    internal bool HasCounted(string sessionId) => _acked.Contains(sessionId);

    /// <summary>Whether everybody has acked who was online, and the channel has been told.</summary>
    internal bool IsDone => Acked == Of && !MayGrow && !IsMoved;

    /// <summary>Only for <see cref="PlantedBug.DeliveredCountsLateJoiner"/>.</summary>
    internal void CountLate(string sessionId) => IsMoved |= !_waiting.ContainsKey(sessionId) && _acked.Add(sessionId);

    /// <summary>Whether an ack means all of the events.</summary>
    internal bool IsCoveredBy(string epoch, long prefix, IReadOnlyList<OffsetRange> ahead) =>
        epoch == Epoch && (Range.To <= prefix || ahead.Any(range => range.From <= Math.Max(Range.From, prefix + 1) && Range.To <= range.To));

    /// <summary>Whether the session was waited for.</summary>
    internal bool Ack(string sessionId)
    {
        if (!_waiting.Remove(sessionId))
            return false;

        _acked.Add(sessionId);
        IsMoved = true;
        return true;
    }

    /// <summary>Another edge had the session, too, and has told that it acked. It had moved on there before the events were committed.</summary>
    internal void TakeOut(string sessionId) => IsMoved |= _waiting.Remove(sessionId) || _acked.Remove(sessionId);

    /// <summary>As the session's actor knows it.</summary>
    internal AwaitedAck ToAwaited() => new(Epoch, Range, EndsUnixMs);

    internal AckReport Report(AckStage stage, int namesMax = 0)
    {
        IsMoved = false;
        return new AckReport(Epoch, Offset, Acked, Of, stage)
        {
            Missing = namesMax == 0 ? [] : [.. _waiting.OrderBy(waiting => waiting.Key, StringComparer.Ordinal).Take(namesMax).Select(waiting => new Member(waiting.Key, waiting.Value, default))],
        };
    }
}

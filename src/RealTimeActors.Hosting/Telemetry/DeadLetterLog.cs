using Microsoft.Extensions.Logging;
using RealTimeActors.Actors;

namespace RealTimeActors.Hosting.Telemetry;

/// <summary>
/// Says of messages that nobody took: of the first one at once, of those that follow together, once in a while. Where a link breaks or a shard moves there are thousands, and each of them was answered or is made good; whoever
/// reads the log wants to know that there were some, and not each.
/// </summary>
internal sealed partial class DeadLetterLog : IDisposable
{
    /// <summary>Kinds that are told apart in one line; of the rest there is the number.</summary>
    private const int KindsMax = 8;

    private static readonly TimeSpan _while = TimeSpan.FromSeconds(10);

    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Kind> _kinds = new(StringComparer.Ordinal);
    private readonly IDisposable _letters;
    private readonly ITimer _timer;
    private long _count;
    private bool _isGathering;

    /// <summary>Begins to look.</summary>
    /// <param name="system">Whose letters.</param>
    /// <param name="log">Where it is said.</param>
    /// <param name="time">The clock.</param>
    internal DeadLetterLog(ActorSystem system, ILogger log, TimeProvider time)
    {
        _log = log;
        _timer = time.CreateTimer(static self => ((DeadLetterLog)self!).OnOver(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _letters = system.ObserveDeadLetters(OnLetter);
    }

    /// <summary>What was gathered is said before the end.</summary>
    public void Dispose()
    {
        _letters.Dispose();
        _timer.Dispose();
        OnOver();
    }

    private void OnLetter(DeadLetter letter)
    {
        var message = letter.Message.GetType().Name;
        lock (_gate)
        {
            if (_isGathering)
            {
                Count($"{message} ({letter.Reason})", letter.Recipient);
                return;
            }

            _isGathering = true;
        }

        Seen(_log, letter.Recipient, letter.Reason, message);
        _timer.Change(_while, Timeout.InfiniteTimeSpan);
    }

    private void Count(string name, ActorPath recipient)
    {
        _count++;
        if (_kinds.TryGetValue(name, out var kind))
            kind.Count++;
        else if (_kinds.Count < KindsMax)
            _kinds.Add(name, new Kind(recipient));
    }

    private void OnOver()
    {
        long count;
        string kinds;
        lock (_gate)
        {
            _isGathering = _count > 0;
            if (_count == 0)
                return;

            count = _count;
            var rest = count - _kinds.Values.Sum(kind => kind.Count);
            kinds = string.Join(", ", _kinds.OrderByDescending(pair => pair.Value.Count).Select(pair => $"{pair.Value.Count} x {pair.Key}, the first to {pair.Value.First}")) + (rest > 0 ? $", and {rest} of other kinds" : "");
            _count = 0;
            _kinds.Clear();
        }

        SeenMore(_log, count, _while.TotalSeconds, kinds);
        _timer.Change(_while, Timeout.InfiniteTimeSpan);
    }

    [LoggerMessage(EventId = 3004, Level = LogLevel.Warning, Message = "A message was not taken by {Recipient}: {Reason} ({Message})")]
    private static partial void Seen(ILogger log, ActorPath recipient, DeadLetterReason reason, string message);

    [LoggerMessage(EventId = 3010, Level = LogLevel.Warning, Message = "{Count} more messages were not taken within {Seconds} s: {Kinds}")]
    private static partial void SeenMore(ILogger log, long count, double seconds, string kinds);

    /// <summary>Letters of one kind.</summary>
    /// <param name="first">To whom the first of them was.</param>
    private sealed class Kind(ActorPath first)
    {
        internal ActorPath First => first;

        internal long Count { get; set; } = 1;
    }
}

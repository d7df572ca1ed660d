using Microsoft.Extensions.Logging;

namespace RealTimeActors.Hosting.Telemetry;

/// <summary>
/// Says once when what is published cannot be stored any more, and why, and once when it can again. Publishers are answered and <c>/readyz</c> says so meanwhile; whoever reads the log afterwards wants to know when it was.
/// </summary>
internal sealed partial class JournalLog : IAsyncDisposable
{
    private static readonly TimeSpan _every = TimeSpan.FromSeconds(1);

    /// <summary>So long nothing may fail before it is called over: on a full disk a small write may succeed between large ones that do not.</summary>
    private static readonly TimeSpan _calm = TimeSpan.FromSeconds(5);

    private readonly Func<string?> _down;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private long? _since;
    private long? _wellSince;

    /// <summary>Begins to look.</summary>
    /// <param name="down">Why the journal cannot be written just now; null: it can.</param>
    /// <param name="log">Where it is said.</param>
    /// <param name="time">The clock.</param>
    internal JournalLog(Func<string?> down, ILogger log, TimeProvider time)
    {
        _down = down;
        _log = log;
        _time = time;
        _timer = time.CreateTimer(static self => ((JournalLog)self!).Look(), this, _every, _every);
    }

    /// <summary>Returns when nobody looks any more.</summary>
    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    private void Look()
    {
        var reason = _down();
        lock (_gate)
        {
            if (reason is not null)
            {
                _wellSince = null;
                if (_since is not null)
                    return;

                _since = _time.GetTimestamp();
                CannotBeWritten(_log, reason);
            }
            else if (_since is { } since)
            {
                var well = _wellSince ??= _time.GetTimestamp();
                if (_time.GetElapsedTime(well) < _calm)
                    return;

                (_since, _wellSince) = (null, null);
                CanBeWritten(_log, (long)Math.Ceiling(_time.GetElapsedTime(since, well).TotalSeconds));
            }
        }
    }

    [LoggerMessage(EventId = 3011, Level = LogLevel.Error, Message = "What is published cannot be stored, and is refused: {Reason}")]
    private static partial void CannotBeWritten(ILogger log, string reason);

    [LoggerMessage(EventId = 3012, Level = LogLevel.Warning, Message = "What is published is stored again, after {Seconds} s")]
    private static partial void CanBeWritten(ILogger log, long seconds);
}

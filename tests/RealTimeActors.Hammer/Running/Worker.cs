using System.Diagnostics;
using System.Globalization;
using RealTimeActors.Hammer.History;
using RealTimeActors.Hammer.Links;

namespace RealTimeActors.Hammer.Running;

/// <summary>One of the processes: reads, compares and sets until its time is over, and writes down what it began and what it got before it goes on.</summary>
internal sealed class Worker(string name, IStateLink link, TextWriter history)
{
    private static readonly TimeSpan _answerWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(50);

    /// <summary>How long after its time a process still tries to learn what became of its last one.</summary>
    private static readonly TimeSpan _learnWithin = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan _startWithin = TimeSpan.FromMinutes(1);

    private readonly string _run = Guid.NewGuid().ToString("n")[..8];
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private long _operations;
    private TimeSpan _time;
    private bool _hasSucceeded;

    internal static async Task<int> RunAsync(string link, string name, Uri server, string channel, double seconds, string file)
    {
        await using var open = StateLinks.Open(link, server, channel);
        await using var history = new StreamWriter(file) { AutoFlush = true };
        await new Worker(name, open, history) { _time = TimeSpan.FromSeconds(seconds) }.HammerAsync();
        return 0;
    }

    /// <summary>Nanoseconds of the monotonic clock, which is the same for all processes of the machine.</summary>
    private static long Now => (long)(Stopwatch.GetTimestamp() * (1_000_000_000.0 / Stopwatch.Frequency));

    private async Task HammerAsync()
    {
        // A machine with much else to do starts processes slowly: the time begins with the first answer.
        while (await ReadAsync() is null && _clock.Elapsed < _startWithin)
            continue;

        _clock.Restart();
        // Who is slower than the others goes on until it has had a success, too: otherwise the history would show less than four.
        while (_clock.Elapsed < _time || (!_hasSucceeded && _clock.Elapsed < _startWithin))
        {
            if (await ReadAsync() is not { } seen)
                continue;

            // What a rejection tells is as good as a read: the next attempt follows at once, which makes the race hotter.
            for (var attempt = 0; attempt < 3 && (_clock.Elapsed < _time || !_hasSucceeded); attempt++)
            {
                if (await CompareAndSetAsync(seen) is not { } outcome)
                    break;

                seen = outcome.Present;
                if (!outcome.IsRejected)
                {
                    _hasSucceeded = true;
                    break;
                }
            }
        }
    }

    private async Task<Seen?> ReadAsync()
    {
        var operation = ++_operations;
        Write(new HistoryEntry { Process = name, Operation = operation, Kind = HistoryEntry.Read, Phase = HistoryEntry.Invoke });
        try
        {
            using var patience = new CancellationTokenSource(_answerWithin);
            var seen = await link.ReadAsync(patience.Token);
            Write(new HistoryEntry { Process = name, Operation = operation, Kind = HistoryEntry.Read, Phase = HistoryEntry.Ok, Version = seen.Version, Value = seen.Name, Count = seen.Count });
            return seen;
        }
        catch (LinkException broken)
        {
            Write(new HistoryEntry { Process = name, Operation = operation, Kind = HistoryEntry.Read, Phase = HistoryEntry.Unknown, Note = broken.Message });
            await PauseAsync();
            return null;
        }
    }

    /// <summary>One compare-and-set, sent again under the same id until its fate is known.</summary>
    private async Task<Outcome?> CompareAndSetAsync(Seen seen)
    {
        var operation = ++_operations;
        var write = $"{name}-{operation}";
        var begin = new HistoryEntry { Process = name, Operation = operation, Kind = HistoryEntry.CompareAndSet, Phase = HistoryEntry.Invoke, IfVersion = seen.Version, Reads = seen.Name, Writes = write };
        Write(begin);
        var end = begin with { Phase = HistoryEntry.Unknown, IfVersion = null, Reads = null, Writes = null };
        while (true)
        {
            try
            {
                using var patience = new CancellationTokenSource(_answerWithin);
                var outcome = await link.CompareAndSetAsync(
                    seen.Version, Seen.Value(write, seen.Count + 1), string.Create(CultureInfo.InvariantCulture, $"{name}-{_run}:{operation}"), patience.Token);
                Write(end with
                {
                    Phase = outcome.IsRejected ? HistoryEntry.Fail : HistoryEntry.Ok,
                    Version = outcome.Present.Version,
                    Value = outcome.Present.Name,
                    Count = outcome.Present.Count,
                    Offset = outcome.IsRejected ? null : outcome.Offset,
                    Duplicate = outcome.IsDuplicate ? true : null,
                });
                return outcome;
            }
            catch (LinkException) when (_clock.Elapsed < _time + _learnWithin)
            {
                await PauseAsync();
            }
            catch (LinkException broken)
            {
                Write(end with { Note = broken.Message });
                return null;
            }
        }
    }

    private void Write(HistoryEntry entry) => history.WriteLine(HistoryFile.Line(entry with { At = Now }));

    private static async Task PauseAsync()
    {
        using var pace = new PeriodicTimer(_pause);
        await pace.WaitForNextTickAsync();
    }
}

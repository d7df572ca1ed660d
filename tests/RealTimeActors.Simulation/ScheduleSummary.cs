using System.Diagnostics;
using System.Globalization;
using System.Numerics;

namespace RealTimeActors.Simulation;

/// <summary>What came of many runs. Takes them from several threads.</summary>
internal sealed class ScheduleSummary(int wanted, ScheduleBounds bounds)
{
    private readonly Lock _lock = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly List<RunResult> _failures = [];
    private TimeSpan _told;

    /// <summary>Runs that broke a promise, in order of their seeds.</summary>
    public IReadOnlyList<RunResult> Failures => [.. _failures.OrderBy(failure => failure.Plan.Seed)];

    /// <summary>What happened in all of them.</summary>
    public SometimesCounts Sometimes { get; } = new();

    /// <summary>How many were run.</summary>
    public int Count { get; private set; }

    /// <summary>Of all traces, in whatever order they came: what makes runs faster is not to change it.</summary>
    public ulong Traces { get; private set; }

    public bool GoesOn
    {
        get
        {
            lock (_lock)
                return _failures.Count < bounds.FailuresMax && !(_clock.Elapsed > bounds.Within);
        }
    }

    /// <summary>How fast they go.</summary>
    public string Speed
    {
        get
        {
            var took = _clock.Elapsed;
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{Count / took.TotalSeconds:0.0} schedules/s, {Sometimes["actors' runs"] / took.TotalSeconds:#,0} runs of actors/s, {Sometimes["events durable"] / took.TotalSeconds:#,0} durable events/s, {Sometimes["virtual milliseconds"] / 3_600_000.0 / took.TotalMinutes:0.00} simulated hours per minute");
        }
    }

    /// <summary>All that broke something, a line each, and the whole story of the first three.</summary>
    public string Explain(IReadOnlyList<RunResult> broken) =>
        $"{broken.Count} of {Count} schedules:\n{string.Join('\n', broken.Select(failure => $"Seed {failure.Plan.Seed} broke {failure.Violation}"))}\n\n{string.Join("\n\n", broken.Take(3).Select(failure => failure.Explain()))}";

    public void Add(RunResult result)
    {
        lock (_lock)
        {
            Count++;
            Traces ^= BitOperations.RotateLeft(result.TraceHash * 0x9E37_79B9_7F4A_7C15, (int)(result.Plan.Seed & 63));
            Sometimes.Add(result.Sometimes);
            if (!result.IsFine)
            {
                // At once: a run of hours may be ended before its end.
                _failures.Add(result);
                bounds.Progress?.Invoke($"seed {result.Plan.Seed} broke {result.Violation}");
            }

            if (bounds.Progress is null || _clock.Elapsed - _told < bounds.ProgressEvery)
                return;

            _told = _clock.Elapsed;
            bounds.Progress(string.Create(
                CultureInfo.InvariantCulture,
                $"{_told.TotalSeconds,7:0} s: {Count:#,0} of {wanted:#,0} schedules, {_failures.Count} broken; {Speed}; {GC.GetTotalMemory(forceFullCollection: false) / 1_048_576} MiB"));
        }
    }
}

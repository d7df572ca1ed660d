using System.Diagnostics.Metrics;

namespace RealTimeActors.Hosting.Telemetry;

/// <summary>Counts by outcome, from any thread. All outcomes are there from the beginning, at zero.</summary>
internal sealed class OutcomeCounter
{
    private readonly string[] _outcomes;
    private readonly string _label;
    private readonly long[] _counts;

    internal OutcomeCounter(Meter meter, string name, string unit, string description, string label, params string[] outcomes)
    {
        _outcomes = outcomes;
        _label = label;
        _counts = new long[outcomes.Length];
        meter.CreateObservableCounter(name, Read, unit, description);
    }

    internal void Count(string outcome) => Interlocked.Increment(ref _counts[Array.IndexOf(_outcomes, outcome)]);

    private Measurement<long>[] Read() =>
        [.. _outcomes.Select((outcome, i) => new Measurement<long>(Interlocked.Read(ref _counts[i]), new KeyValuePair<string, object?>(_label, outcome)))];
}

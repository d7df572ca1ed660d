using System.Diagnostics.Metrics;
using RealTimeActors.Engine.Telemetry;

namespace RealTimeActors.Engine.Tests.Harness;

/// <summary>Listens to one node's meter and adds up what it hears. Keys read as <c>realtime.events.published outcome=persisted</c>.</summary>
internal sealed class MeterProbe : IDisposable
{
    private readonly Meter _meter = new(EngineMeters.Name);
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, long> _sums = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<double>> _times = new(StringComparer.Ordinal);

    internal MeterProbe()
    {
        Meters = new EngineMeters(_meter);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, _meter))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Hear(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Hear(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => TimesOf(KeyOf(instrument, tags)).Add(value));
        _listener.Start();
    }

    internal EngineMeters Meters { get; }

    /// <summary>What it is now: the sum of what was added, or what the node says of itself.</summary>
    internal long this[string key]
    {
        get
        {
            _listener.RecordObservableInstruments();
            return _sums.GetValueOrDefault(key);
        }
    }

    /// <summary>The durations that were recorded, in seconds.</summary>
    internal IReadOnlyList<double> Times(string key) => TimesOf(key);

    public void Dispose()
    {
        _listener.Dispose();
        _meter.Dispose();
    }

    private void Hear(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = KeyOf(instrument, tags);
        _sums[key] = instrument.IsObservable ? value : _sums.GetValueOrDefault(key) + value;
    }

    private List<double> TimesOf(string key) => _times.TryGetValue(key, out var times) ? times : _times[key] = [];

    private static string KeyOf(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = instrument.Name;
        foreach (var (name, value) in tags)
            key += $" {name}={value}";

        return key;
    }
}

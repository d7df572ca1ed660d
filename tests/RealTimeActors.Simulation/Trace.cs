namespace RealTimeActors.Simulation;

/// <summary>What happened, newest last: the end of it is printed when a run fails, and all of it goes into one number that must be the same for the same seed.</summary>
internal sealed class Trace
{
    private const int LinesKept = 60;
    private const ulong Prime = 1_099_511_628_211;
    private readonly Queue<string> _lines = new();

    /// <summary>FNV-1a over everything that was added.</summary>
    public ulong Hash { get; private set; } = 14_695_981_039_346_656_037;

    /// <summary>The last lines.</summary>
    public IReadOnlyCollection<string> Lines => _lines;

    /// <summary>Called for each line, for a console that wants to see them all.</summary>
    public Action<string>? OnLine { get; init; }

    public void Add(TimeSpan at, string line)
    {
        Add(at.Ticks);
        foreach (var c in line)
            Add(c);

        var text = $"{at.TotalMilliseconds,10:0.000} ms  {line}";
        OnLine?.Invoke(text);
        _lines.Enqueue(text);
        if (_lines.Count > LinesKept)
            _lines.Dequeue();
    }

    public void Add(long number)
    {
        for (var i = 0; i < 64; i += 8)
            Hash = (Hash ^ (byte)(number >> i)) * Prime;
    }
}

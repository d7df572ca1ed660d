using System.Numerics;
using System.Runtime.InteropServices;

namespace RealTimeActors.Simulation;

/// <summary>What happened, newest last: the end of it is printed when a run fails, and all of it goes into one number that must be the same for the same seed.</summary>
internal sealed class Trace
{
    private const int LinesKept = 60;
    private const ulong Prime = 0x9E37_79B9_7F4A_7C15;
    private readonly (TimeSpan At, string Line)[] _lines = new (TimeSpan, string)[LinesKept];
    private long _count;

    /// <summary>Over everything that was added, eight bytes at a time.</summary>
    public ulong Hash { get; private set; } = 14_695_981_039_346_656_037;

    /// <summary>The last lines, oldest first. Put together when somebody asks.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            var first = Math.Max(0, _count - LinesKept);
            return [.. Enumerable.Range(0, (int)(_count - first)).Select(i => Text(_lines[(first + i) % LinesKept]))];
        }
    }

    /// <summary>Called for each line, for a console that wants to see them all.</summary>
    public Action<string>? OnLine { get; init; }

    public void Add(TimeSpan at, string line)
    {
        Add(at.Ticks);
        Add(line.Length);
        var bytes = MemoryMarshal.AsBytes(line.AsSpan());
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(bytes))
            Mix(word);

        var rest = 0UL;
        foreach (var one in bytes[(bytes.Length & ~7)..])
            rest = (rest << 8) | one;

        Mix(rest);
        var entry = (at, line);
        _lines[_count++ % LinesKept] = entry;
        OnLine?.Invoke(Text(entry));
    }

    public void Add(long number) => Mix((ulong)number);

    private void Mix(ulong word) => Hash = BitOperations.RotateLeft((Hash ^ word) * Prime, 31);

    private static string Text((TimeSpan At, string Line) entry) => $"{entry.At.TotalMilliseconds,10:0.000} ms  {entry.Line}";
}

using System.Numerics;
using System.Runtime.InteropServices;

namespace RealTimeActors.Simulation;

/// <summary>What happened, newest last: the end of it is printed when a run fails, and all of it goes into one number that must be the same for the same seed.</summary>
/// <remarks>A run has a hundred thousand lines, and nearly all of them nobody ever reads: they are written where the one before last sixty was, and become texts when somebody asks.</remarks>
internal sealed class Trace
{
    private const int LinesKept = 60;
    private const ulong Prime = 0x9E37_79B9_7F4A_7C15;
    private readonly KeptLine[] _lines = new KeptLine[LinesKept];
    private readonly char[] _room = new char[512];
    private long _count;

    /// <summary>Over everything that was added, eight bytes at a time.</summary>
    public ulong Hash { get; private set; } = 14_695_981_039_346_656_037;

    /// <summary>Where a line is put together; a longer one takes more.</summary>
    public Span<char> Room => _room;

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

    public void Add(TimeSpan at, ReadOnlySpan<char> line)
    {
        Add(at.Ticks);
        Add(line.Length);
        var bytes = MemoryMarshal.AsBytes(line);
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(bytes))
            Mix(word);

        var rest = 0UL;
        foreach (var one in bytes[(bytes.Length & ~7)..])
            rest = (rest << 8) | one;

        Mix(rest);
        ref var kept = ref _lines[_count++ % LinesKept];
        if (kept.Chars is null || kept.Chars.Length < line.Length)
            kept.Chars = new char[Math.Max(256, line.Length)];

        line.CopyTo(kept.Chars);
        (kept.At, kept.Length) = (at, line.Length);
        OnLine?.Invoke(Text(kept));
    }

    public void Add(long number) => Mix((ulong)number);

    private void Mix(ulong word) => Hash = BitOperations.RotateLeft((Hash ^ word) * Prime, 31);

    private static string Text(KeptLine line) => $"{line.At.TotalMilliseconds,10:0.000} ms  {line.Chars.AsSpan(0, line.Length)}";

    private struct KeptLine
    {
        public TimeSpan At;
        public char[] Chars;
        public int Length;
    }
}

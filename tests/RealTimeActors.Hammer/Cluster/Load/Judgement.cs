using System.Collections.Concurrent;

namespace RealTimeActors.Hammer.Cluster.Load;

/// <summary>What was found wrong, and what is worth knowing besides.</summary>
internal sealed class Judgement
{
    private const int ProblemsMax = 50;
    private readonly ConcurrentQueue<string> _problems = new();
    private readonly ConcurrentQueue<string> _notes = new();
    private int _more;

    internal bool IsGood => _problems.IsEmpty;

    internal IReadOnlyList<string> Problems => _more > 0 ? [.. _problems, $"… and {_more} more."] : [.. _problems];

    internal IReadOnlyList<string> Notes => [.. _notes];

    internal void Problem(string what)
    {
        if (_problems.Count < ProblemsMax)
            _problems.Enqueue(what);
        else
            Interlocked.Increment(ref _more);
    }

    internal void Note(string what)
    {
        _notes.Enqueue(what);
        while (_notes.Count > ProblemsMax)
            _notes.TryDequeue(out _);
    }
}

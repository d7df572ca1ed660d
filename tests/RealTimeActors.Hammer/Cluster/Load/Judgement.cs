using System.Collections.Concurrent;
using RealTimeActors.Hammer.Servers;

namespace RealTimeActors.Hammer.Cluster.Load;

/// <summary>What was found wrong, and what is worth knowing besides.</summary>
internal sealed class Judgement
{
    private const int ProblemsMax = 50;
    private readonly ConcurrentQueue<string> _problems = new();
    private readonly ConcurrentQueue<string> _notes = new();
    private int _more;
    private string _occasion = "at the start";

    internal bool IsGood => _problems.IsEmpty;

    internal IReadOnlyList<string> Problems => _more > 0 ? [.. _problems, $"… and {_more} more."] : [.. _problems];

    internal IReadOnlyList<string> Notes => [.. _notes];

    /// <summary>What is being done to the cluster from now on: every problem says so.</summary>
    internal void Begin(string occasion) => _occasion = $"{occasion} (since {RunClock.Now})";

    internal void Problem(string what)
    {
        if (_problems.Count < ProblemsMax)
            _problems.Enqueue($"{what} [at {RunClock.Now}, {_occasion}]");
        else
            Interlocked.Increment(ref _more);
    }

    internal void Note(string what)
    {
        _notes.Enqueue($"{what} [at {RunClock.Now}, {_occasion}]");
        while (_notes.Count > ProblemsMax)
            _notes.TryDequeue(out _);
    }
}

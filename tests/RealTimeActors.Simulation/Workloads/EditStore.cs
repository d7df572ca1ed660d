using RealTimeActors.Client.Machine.State;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>Where an application keeps its edits from one process to the next: what is written is there, whatever happens then.</summary>
internal sealed class EditStore
{
    private readonly SortedDictionary<long, PendingMutation> _pending = [];
    private string? _producer;
    private long _lastNumber;
    private long _lastTimeUnixMs;

    /// <summary>What the next process is given; null: nothing was ever written.</summary>
    public KeptMutations? Kept => _producer is null ? null : new KeptMutations(_producer, _lastNumber, _lastTimeUnixMs, [.. _pending.Values]);

    /// <summary>Ids of all edits that were ever written.</summary>
    public SortedSet<string> Written { get; } = new(StringComparer.Ordinal);

    /// <summary>Ids of edits that were let go of at the very end of a process: nobody is there any more who could be told what became of them.</summary>
    public SortedSet<string> Untold { get; } = new(StringComparer.Ordinal);

    public bool Has(long number) => _pending.ContainsKey(number);

    public void Write(IReadOnlyList<(PendingMutation Mutation, bool IsDrop)> records)
    {
        foreach (var (mutation, isDrop) in records)
        {
            if (isDrop)
            {
                _pending.Remove(mutation.Number);
                continue;
            }

            Written.Add(mutation.MutationId);
            _pending[mutation.Number] = mutation;
            _producer = mutation.Producer;
            _lastNumber = Math.Max(_lastNumber, mutation.Number);
            _lastTimeUnixMs = Math.Max(_lastTimeUnixMs, mutation.TimeUnixMs ?? 0);
        }
    }
}

namespace RealTimeActors.Hammer.History;

/// <summary>
/// Whether the operations have an order that fits both what they saw and when they were. Every operation belongs to one version: a write makes it, a read and a rejection see it. So the order is that of the
/// versions, the write of each before those who saw it; what is left to ask is whether it puts any operation before one that had ended when it began.
/// </summary>
internal static class Linearization
{
    internal static IEnumerable<string> Faults(IEnumerable<Operation> operations, SortedDictionary<long, HistoryEntry> log, Dictionary<string, List<HistoryEntry>> written)
    {
        var placed = operations.Select(operation => Place(operation, written)).OfType<Placed>().ToList();
        var ended = new PriorityQueue<Placed, long>();
        Placed? newest = null;
        foreach (var next in placed.OrderBy(operation => operation.Begin).ThenBy(operation => operation.Name, StringComparer.Ordinal))
        {
            while (ended.TryPeek(out var before, out var end) && end < next.Begin)
            {
                ended.Dequeue();
                if (newest is null || before.Version > newest.Version)
                    newest = before;
            }

            if (newest is not null && (next.IsWrite ? newest.Version >= next.Version : newest.Version > next.Version))
                yield return $"Not linearizable: {newest.Name} had ended with version {newest.Version} when {next.Name} began, which {(next.IsWrite ? "made" : "saw")} version {next.Version}.";

            // Of what was never learnt it is not known when it ended: later than everything.
            if (next.End is { } known)
                ended.Enqueue(next, known);
        }

        foreach (var version in log.Keys.Where(version => !placed.Exists(operation => operation.IsWrite && operation.Version == version)).Take(1))
            yield return $"Version {version} of the log was made by no operation of the history.";
    }

    private static Placed? Place(Operation operation, Dictionary<string, List<HistoryEntry>> written)
    {
        var (begin, end) = operation;
        if (operation.IsRead)
            return operation.IsOk ? new Placed(operation.Name, begin.At, end!.At, end.Version ?? 0, IsWrite: false) : null;

        if (operation.IsRejected)
            return new Placed(operation.Name, begin.At, end!.At, end.Version ?? 0, IsWrite: false);

        return written.GetValueOrDefault(begin.Writes ?? "")?[0] is { Version: { } version }
            ? new Placed(operation.Name, begin.At, operation.IsOk ? end!.At : null, version, IsWrite: true)
            : null;
    }

    /// <summary>An operation at the version that it made or saw.</summary>
    private sealed record Placed(string Name, long Begin, long? End, long Version, bool IsWrite);
}

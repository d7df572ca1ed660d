namespace RealTimeActors.Hammer.History;

/// <summary>One operation, from its beginning to what was learnt of it.</summary>
/// <param name="Begin">When it began, and what it wanted.</param>
/// <param name="End">What became of it.</param>
internal sealed record Operation(HistoryEntry Begin, HistoryEntry? End)
{
    internal bool IsRead => Begin.Kind == HistoryEntry.Read;

    internal bool IsOk => End?.Phase == HistoryEntry.Ok;

    internal bool IsRejected => End?.Phase == HistoryEntry.Fail;

    /// <summary>A process that was stopped in the middle of it knows no more of it than one whose answers were lost.</summary>
    internal bool IsUnknown => End is null || End.Phase == HistoryEntry.Unknown;

    internal string Name => $"{Begin.Process}#{Begin.Operation}";

    /// <summary>Pairs beginnings and ends.</summary>
    internal static IReadOnlyList<Operation> Of(IEnumerable<HistoryEntry> history, List<string> problems)
    {
        var begun = new SortedDictionary<(string, long), Operation>();
        foreach (var entry in history.Where(entry => entry.Kind is HistoryEntry.Read or HistoryEntry.CompareAndSet))
        {
            var key = (entry.Process, entry.Operation);
            if (entry.Phase == HistoryEntry.Invoke)
            {
                if (!begun.TryAdd(key, new Operation(entry, null)))
                    problems.Add($"{entry.Process}#{entry.Operation} begins twice.");
            }
            else if (!begun.TryGetValue(key, out var operation) || operation.End is not null)
            {
                problems.Add($"{entry.Process}#{entry.Operation} ends without having begun, or twice.");
            }
            else if (entry.At < operation.Begin.At)
            {
                problems.Add($"{operation.Name} ends before it begins.");
            }
            else
            {
                begun[key] = operation with { End = entry };
            }
        }

        return [.. begun.Values];
    }
}

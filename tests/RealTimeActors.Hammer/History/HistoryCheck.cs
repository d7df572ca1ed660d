namespace RealTimeActors.Hammer.History;

/// <summary>Judges a history: whether no update is lost, every compare-and-set met what it had read, the whole is linearizable, and all agrees with the log.</summary>
internal static class HistoryCheck
{
    internal static Verdict Judge(IReadOnlyList<HistoryEntry> history)
    {
        var problems = new List<string>();
        var operations = Operation.Of(history, problems);
        var log = LogOf(history, problems);
        var written = log.Values.Where(entry => entry.Value is not null).GroupBy(entry => entry.Value!).ToDictionary(writes => writes.Key, writes => writes.ToList(), StringComparer.Ordinal);
        foreach (var (name, places) in written.Where(write => write.Value.Count > 1))
            problems.Add($"{name} is in the log {places.Count} times, at {string.Join(", ", places.Select(place => place.Offset))}.");

        var names = operations.Where(operation => operation.Begin.Writes is not null).Select(operation => operation.Begin.Writes!).ToHashSet(StringComparer.Ordinal);
        problems.AddRange(written.Keys.Where(name => !names.Contains(name)).Select(name => $"{name} is in the log, and nobody began it."));

        foreach (var operation in operations)
            problems.AddRange(FaultsOf(operation, log, written));

        problems.AddRange(Linearization.Faults(operations, log, written));
        problems.AddRange(FinalFaults(history, log));
        if (!operations.Any(operation => !operation.IsRead && operation.IsOk))
            problems.Add("Not one compare-and-set succeeded: the history shows nothing.");

        return new Verdict(problems)
        {
            Successes = operations.Count(operation => !operation.IsRead && operation.IsOk),
            Repeats = operations.Count(operation => !operation.IsRead && operation.IsOk && operation.End!.Duplicate == true),
            Rejections = operations.Count(operation => operation.IsRejected),
            Reads = operations.Count(operation => operation.IsRead && operation.IsOk),
            Unknown = operations.Count(operation => !operation.IsRead && operation.IsUnknown),
            UnknownInLog = operations.Count(operation => !operation.IsRead && operation.IsUnknown && written.ContainsKey(operation.Begin.Writes!)),
            Logged = log.Count,
        };
    }

    /// <summary>The changes of the entry by their versions, which must be 1, 2, 3 … in order of offset, each counting one on.</summary>
    private static SortedDictionary<long, HistoryEntry> LogOf(IReadOnlyList<HistoryEntry> history, List<string> problems)
    {
        var log = new SortedDictionary<long, HistoryEntry>();
        HistoryEntry? last = null;
        foreach (var entry in history.Where(entry => entry.Kind == HistoryEntry.Log))
        {
            var expected = (last?.Version ?? 0) + 1;
            if (entry.Version != expected || entry.Offset <= last?.Offset)
                problems.Add($"Version {expected} is expected next in the log; version {entry.Version} is there, at offset {entry.Offset}.");

            if (entry.IfVersion != entry.Version - 1)
                problems.Add($"Version {entry.Version} in the log was made with ifVersion {entry.IfVersion}.");

            // Everybody adds one to what he read: where an update is lost, the counter stays behind.
            if (entry.Count != entry.Version)
                problems.Add($"An update is lost: version {entry.Version} in the log counts {entry.Count}.");

            if (!log.TryAdd(entry.Version ?? 0, entry))
                problems.Add($"Version {entry.Version} is in the log twice.");

            last = entry;
        }

        return log;
    }

    private static IEnumerable<string> FaultsOf(Operation operation, SortedDictionary<long, HistoryEntry> log, Dictionary<string, List<HistoryEntry>> written)
    {
        var (begin, end) = operation;
        if (operation.IsRead || operation.IsRejected)
        {
            if (end is not null && !operation.IsUnknown && NameAt(log, end.Version) != (end.Value ?? ""))
                yield return $"{operation.Name} saw '{end.Value}' at version {end.Version}; the log has '{NameAt(log, end.Version)}' there.";
        }

        if (operation.IsRead)
            yield break;

        if (NameAt(log, begin.IfVersion) != (begin.Reads ?? ""))
            yield return $"{operation.Name} had read '{begin.Reads}' at version {begin.IfVersion}; the log has '{NameAt(log, begin.IfVersion)}' there.";

        var place = written.GetValueOrDefault(begin.Writes ?? "")?[0];
        if (operation.IsRejected && place is not null)
            yield return $"{operation.Name} was rejected, and is in the log at offset {place.Offset}.";

        if (operation.IsRejected && end!.Version == begin.IfVersion)
            yield return $"{operation.Name} was rejected at version {begin.IfVersion}, which was the one that it asked for.";

        if (operation.IsOk && place is null)
            yield return $"An update is lost: {operation.Name} succeeded at offset {end!.Offset} and is not in the log.";

        if (operation.IsOk && place is not null && (place.Offset != end!.Offset || place.Version != begin.IfVersion + 1 || (end.Duplicate != true && end.Version != place.Version)))
            yield return $"{operation.Name} was told version {end.Version} at offset {end.Offset} after version {begin.IfVersion}; the log has it as version {place.Version} at offset {place.Offset}.";

        if (operation.IsUnknown && place is not null && place.Version != begin.IfVersion + 1)
            yield return $"{operation.Name} is in the log as version {place.Version}; it asked for {begin.IfVersion + 1}.";
    }

    private static IEnumerable<string> FinalFaults(IReadOnlyList<HistoryEntry> history, SortedDictionary<long, HistoryEntry> log)
    {
        var final = history.LastOrDefault(entry => entry.Kind == HistoryEntry.Final);
        var version = log.Count == 0 ? 0 : log.Last().Key;
        if (final is null)
            yield return "The history does not say what is there at the end.";
        else if (final.Version != version || (final.Value ?? "") != NameAt(log, version) || (final.Count ?? 0) != version)
            yield return $"At the end version {final.Version} is there, '{final.Value}' with the counter at {final.Count}; the log ends with version {version}, '{NameAt(log, version)}'.";
    }

    private static string NameAt(SortedDictionary<long, HistoryEntry> log, long? version)
        => version is null or 0 ? "" : log.TryGetValue(version.Value, out var entry) ? entry.Value ?? "" : "(nothing)";
}

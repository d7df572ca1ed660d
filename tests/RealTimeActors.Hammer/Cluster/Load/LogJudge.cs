namespace RealTimeActors.Hammer.Cluster.Load;

/// <summary>Holds the log against what publishers and subscribers know of it. Pure.</summary>
internal static class LogJudge
{
    /// <summary>Offsets without holes, each number once and in order, every receipt true.</summary>
    internal static void Judge(string channel, ReadLog log, IEnumerable<LoadPublisher> publishers, Judgement judgement)
    {
        for (var i = 0; i < log.Events.Count; i++)
        {
            if (log.Events[i].Offset == i + 1)
                continue;

            judgement.Problem($"{channel} has offset {log.Events[i].Offset} where {i + 1} is expected.");
            return;
        }

        var byPublisher = log.Events.ToLookup(logged => logged.Publisher, StringComparer.Ordinal);
        foreach (var publisher in publishers)
            Judge(channel, log, byPublisher[publisher.Name].ToList(), publisher.Name, publisher.Begun, publisher.Receipts, publisher.Unknown, judgement);
    }

    /// <summary>What one publisher knows.</summary>
    internal static void Judge(
        string channel, ReadLog log, IReadOnlyList<LoggedEvent> logged, string publisher, int begun, IReadOnlyList<Acknowledged> receipts, IReadOnlySet<int> unknown, Judgement judgement)
    {
        var known = receipts.Select(receipt => receipt.Number).ToHashSet();
        var seen = new HashSet<int>();
        var last = 0;
        foreach (var entry in logged)
        {
            if (!seen.Add(entry.Number))
                judgement.Problem($"Twice: {publisher}#{entry.Number} stands at offset {entry.Offset} of {channel} once more.");
            else if (entry.Number < last && !unknown.Contains(entry.Number))
                judgement.Problem($"{publisher}#{entry.Number} stands at offset {entry.Offset} of {channel}, behind #{last}.");
            else if (entry.Number > begun || !(known.Contains(entry.Number) || unknown.Contains(entry.Number) || entry.Number == begun))
                judgement.Problem($"{publisher}#{entry.Number} stands at offset {entry.Offset} of {channel}, and nobody was told so.");

            last = Math.Max(last, entry.Number);
        }

        foreach (var receipt in receipts)
        {
            if (receipt.Offset < 1 || receipt.Offset > log.Events.Count)
                judgement.Problem($"Lost: {publisher}#{receipt.Number} has a receipt for offset {receipt.Offset} of {channel}, which has {log.Events.Count} events.");
            else if (log.Events[(int)receipt.Offset - 1] is var at && (at.Publisher, at.Number, at.Hash, log.Epoch) != (publisher, receipt.Number, receipt.Hash, receipt.Epoch))
                judgement.Problem($"False receipt: {publisher}#{receipt.Number} at {receipt.Epoch}-{receipt.Offset} of {channel}; {at.Publisher}#{at.Number} stands there, in epoch {log.Epoch}.");
        }
    }

    /// <summary>What one subscriber was given is the log.</summary>
    internal static void Judge(string channel, ReadLog log, LoadSubscriber subscriber, Judgement judgement)
    {
        if (!subscriber.AppliedOf(channel).SequenceEqual(log.Events))
            judgement.Problem($"{subscriber.Name} was given {subscriber.AppliedOf(channel).Count} events of {channel}, and they are not the {log.Events.Count} of the log.");
    }
}

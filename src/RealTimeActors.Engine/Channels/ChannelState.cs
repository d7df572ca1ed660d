using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Engine.States;

namespace RealTimeActors.Engine.Channels;

/// <summary>Where a durable channel stands: the fold of its events. Touches nothing but itself.</summary>
internal sealed class ChannelState(string epoch)
{
    /// <summary>The present life of the log.</summary>
    internal string Epoch { get; } = epoch;

    /// <summary>The newest offset; 0 for an empty log.</summary>
    internal long Head { get; set; }

    /// <summary>The hash of the newest event; zeros for an empty log.</summary>
    internal ReadOnlyMemory<byte> HeadHash { get; set; } = new byte[32];

    /// <summary>The time of the newest event: a clock that steps back does not take the log with it.</summary>
    internal long HeadTimeUnixMs { get; set; }

    internal ProducerWindows Producers { get; } = new();

    internal RetentionMarks Marks { get; } = new();

    /// <summary>What the mutations have led to; null while there was none, which is so for most channels.</summary>
    internal SharedState? Shared { get; set; }

    /// <summary>The keyed entries.</summary>
    internal StateDocument Document => Shared?.Document ?? StateDocument.Empty;

    /// <summary>Only for <see cref="PlantedBug.RulesOfTodayForOldEvents"/>.</summary>
    internal ConflictRules? RulesOfToday { get; init; }

    internal void Apply(StoredEvent stored)
    {
        var e = stored.Event;
        if (e.Offset != Head + 1)
            throw new InvalidOperationException($"Channel {e.Channel}: after offset {Head} comes {e.Offset}.");

        Head = e.Offset;
        HeadHash = e.Hash;
        HeadTimeUnixMs = e.TimeUnixMs;
        Marks.Add(e.Offset, e.TimeUnixMs, e.Data.Length);

        if (stored.ProducerId is { } producerId)
        {
            Producers.GetOrAdd(new ProducerKey(e.User ?? "", producerId), e.Offset, e.TimeUnixMs)
                .Add(stored.ProducerSequence, new ProducerWindow.Remembered(e.Offset, e.Hash, stored.Digest), e.TimeUnixMs);
        }

        if (stored.Mutation is not null)
            (Shared ??= new SharedState { RulesOfToday = RulesOfToday }).Apply(stored);
    }
}

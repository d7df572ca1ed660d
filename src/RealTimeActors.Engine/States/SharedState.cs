using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Conflicts;

namespace RealTimeActors.Engine.States;

/// <summary>What a channel's mutations have led to: the fold of its <c>$state</c> events. Touches nothing but itself.</summary>
internal sealed class SharedState
{
    /// <summary>The keyed entries. Never changes; each mutation makes another one.</summary>
    internal StateDocument Document { get; set; } = StateDocument.Empty;

    /// <summary>The rules they were decided by.</summary>
    internal RuleSets Rules { get; init; } = new();

    /// <summary>The mutations whose repeats are recognised.</summary>
    internal MutationWindows Mutations { get; } = new();

    /// <summary>Only for <see cref="PlantedBug.RulesOfTodayForOldEvents"/>: everything is folded by these.</summary>
    internal ConflictRules? RulesOfToday { get; init; }

    /// <summary>Moves the state by an event, and remembers the mutation that it is.</summary>
    internal void Apply(StoredEvent stored)
    {
        Fold(stored);
        if (stored.Mutation is { MutationId: { } id } mutation)
            Mutations.Add(stored.Event.User, id, new RememberedMutation(stored.Event.Offset, mutation.Result, mutation.Digest));
    }

    /// <summary>State at offset o = fold(rules, events 1 … o): the same bytes wherever it is done, by the rules that the log itself names.</summary>
    internal void Fold(StoredEvent stored)
    {
        if (stored.Mutation is not { } mutation)
            return;

        if (mutation.FirstNamed is { } named)
            Rules.Add(named);

        var e = stored.Event;
        Document = mutation.Decided is { } decision
            ? Document.With(decision, e.Offset)
            : Document.Apply(e.Data, e.Key ?? "", e.User, e.Session, e.Offset, RulesOfToday is { } today ? _ => today : Rules.Of);
    }
}

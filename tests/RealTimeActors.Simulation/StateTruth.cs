using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Engine.States;

namespace RealTimeActors.Simulation;

/// <summary>What a channel's shared state is as of every offset, folded from what the disk holds and by the rules that its rows name: the truth about everything that anybody is shown of it.</summary>
internal sealed class StateTruth
{
    private readonly SortedDictionary<int, Fold> _folds = [];

    /// <summary>The state as of an offset; null: there is none.</summary>
    public StateDocument? At(int life, long offset) =>
        offset == 0 ? StateDocument.Empty : _folds.TryGetValue(life, out var fold) && offset < fold.Documents.Count ? fold.Documents[(int)offset] : null;

    /// <summary>An event is on the disk. Throws where it is not what its rules make of the events before it.</summary>
    public void Take(TrueEvent durable)
    {
        if (!_folds.TryGetValue(durable.Life, out var fold))
            _folds.Add(durable.Life, fold = new Fold());

        var e = durable.Event;
        var document = fold.Documents[^1];
        if (durable.Stored.Mutation is { } mutation)
        {
            if (mutation.FirstNamed is { } rules)
                fold.Rules.Add(rules);

            document = document.Apply(e.Data, e.Key ?? "", e.User, e.Session, e.Offset, fold.Rules.Of);
        }

        fold.Documents.Add(document);
    }

    private sealed class Fold
    {
        public RuleSets Rules { get; } = new();

        /// <summary>As of offset n at n.</summary>
        public List<StateDocument> Documents { get; } = [StateDocument.Empty];
    }
}

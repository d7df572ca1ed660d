namespace RealTimeActors.Engine.Conflicts;

/// <content>Only for <see cref="PlantedBug.FoldForgetsClock"/>.</content>
internal sealed partial class StateDocument
{
    /// <summary>The same values and versions, and nobody knows any more when they were written.</summary>
    internal StateDocument WithoutClocks()
    {
        var entries = _entries;
        foreach (var entry in _entries.All())
        {
            entries = entries.With(entry.Key, new StateEntry
            {
                Key = entry.Key,
                Version = entry.Version,
                Offset = entry.Offset,
                Value = entry.Value,
                Root = WithoutClocks(entry.Root),
                Replaced = WithoutClock(entry.Replaced),
                Horizon = WithoutClock(entry.Horizon),
                Newest = WithoutClock(entry.Newest),
            });
        }

        return new StateDocument(entries, _tombstones, _versionFloor, Bytes);
    }

    private static StateNode WithoutClocks(StateNode node) => node with
    {
        Written = WithoutClock(node.Written),
        Winner = WithoutClock(node.Winner),
        Floor = WithoutClock(node.Floor),
        Mentioned = WithoutClock(node.Mentioned),
        Children = [.. node.Children.Select(child => new StateMember(child.Name, WithoutClocks(child.Node)))],
    };

    private static Stamp? WithoutClock(Stamp? stamp) => stamp is null ? null : stamp with { TimeUnixMs = 0, Counter = 0 };
}

namespace RealTimeActors.Engine.Conflicts;

/// <summary>Keeps what a value remembers of removed fields within its bound.</summary>
internal static class RemovedFields
{
    /// <summary>The value as it is or, where it remembers too many removed fields, without the older half of them, and the horizon behind which they are.</summary>
    internal static (StateNode Root, Stamp? Horizon) Bounded(StateNode root, Stamp? horizon)
    {
        if (CountOf(root) <= StateBounds.RemovedFieldsMax)
            return (root, horizon);

        var floors = new List<Stamp>();
        Collect(root, floors);
        floors.Sort();
        var newest = floors[floors.Count / 2];
        return (Without(root, newest), Stamp.Newer(horizon, newest));
    }

    private static int CountOf(StateNode node)
    {
        var count = 0;
        foreach (var child in node.Children)
            count += child.Node.IsTombstone ? 1 : CountOf(child.Node);

        return count;
    }

    private static void Collect(StateNode node, List<Stamp> floors)
    {
        foreach (var child in node.Children)
        {
            if (!child.Node.IsTombstone)
                Collect(child.Node, floors);
            else if (child.Node.Floor is { } floor)
                floors.Add(floor);
        }
    }

    private static StateNode Without(StateNode node, Stamp upTo)
    {
        if (node.Children.Length == 0)
            return node;

        var left = new List<StateMember>();
        foreach (var child in node.Children)
        {
            if (!child.Node.IsTombstone)
                left.Add(child with { Node = Without(child.Node, upTo) });
            else if (child.Node.Floor is { } floor && floor.CompareTo(upTo) > 0)
                left.Add(child);
        }

        return node with { Children = [.. left] };
    }
}

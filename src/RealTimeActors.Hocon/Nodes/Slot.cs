namespace RealTimeActors.Hocon.Nodes;

/// <summary>Everything that was said about one key of one object, the oldest first. What can no longer show through is gone.</summary>
internal sealed class Slot
{
    internal List<Node> Definitions { get; } = [];

    internal bool IsKnown { get; set; }

    /// <summary>What all definitions together come to; null: undefined.</summary>
    internal Node? Value { get; set; }

    /// <summary>One more definition, of a file that is being read. Objects that follow each other become one, and so do elements that are appended.</summary>
    internal void Add(Node definition)
    {
        switch (definition, Definitions.LastOrDefault())
        {
            case (ObjectNode later, ObjectNode earlier):
                earlier.Merge(later);
                break;
            case (AppendingNode { MayJoin: true } later, ArrayNode list):
                list.Elements.AddRange(later.Added.Elements);
                break;
            case (AppendingNode { MayJoin: true } later, AppendingNode earlier):
                earlier.Added.Elements.AddRange(later.Added.Elements);
                break;
            default:
                AddShared(definition);
                break;
        }
    }

    /// <summary>One more definition, which others hold, too, and which therefore stays as it is.</summary>
    internal void AddShared(Node definition)
    {
        var hidesEarlier = definition.HidesEarlier || (definition is ObjectNode && Definitions is [.., { HidesEarlier: true }]);
        if (hidesEarlier)
            Definitions.Clear();

        Definitions.Add(definition);
    }
}

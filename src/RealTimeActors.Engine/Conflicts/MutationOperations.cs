namespace RealTimeActors.Engine.Conflicts;

/// <summary>The words on the wire and in the log for the operations.</summary>
public static class MutationOperations
{
    /// <summary>All words, for messages.</summary>
    public const string All = "merge, set, delete, increment, add or remove";

    /// <summary>The word of an operation.</summary>
    public static string NameOf(MutationOperation operation) => operation switch
    {
        MutationOperation.Merge => "merge",
        MutationOperation.Set => "set",
        MutationOperation.Delete => "delete",
        MutationOperation.Increment => "increment",
        MutationOperation.Add => "add",
        MutationOperation.Remove => "remove",
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "One of the six operations is expected."),
    };

    /// <summary>The operation of a word. False: it is none.</summary>
    public static bool TryParse(string? name, out MutationOperation operation)
    {
        (operation, var isKnown) = name switch
        {
            "merge" => (MutationOperation.Merge, true),
            "set" => (MutationOperation.Set, true),
            "delete" => (MutationOperation.Delete, true),
            "increment" => (MutationOperation.Increment, true),
            "add" => (MutationOperation.Add, true),
            "remove" => (MutationOperation.Remove, true),
            _ => (default, false),
        };
        return isKnown;
    }
}

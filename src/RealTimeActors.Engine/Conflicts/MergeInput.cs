namespace RealTimeActors.Engine.Conflicts;

/// <summary>What a custom rule decides on.</summary>
public readonly record struct MergeInput
{
    /// <summary>The key of the value.</summary>
    public required string Key { get; init; }

    /// <summary>Where in the value; empty: the whole.</summary>
    public required string Path { get; init; }

    /// <summary>What is asked for. Never <see cref="MutationOperation.Delete"/>: the delete of the key takes what every rule has decided.</summary>
    public required MutationOperation Operation { get; init; }

    /// <summary>What is there, compact JSON; empty: nothing.</summary>
    public ReadOnlyMemory<byte> Present { get; init; }

    /// <summary>What is asked for at this path, compact JSON. With <see cref="MutationOperation.Merge"/> <c>null</c> asks for its removal.</summary>
    public required ReadOnlyMemory<byte> Proposed { get; init; }

    /// <summary>When <see cref="Present"/> was written; 0: nothing is there.</summary>
    public long PresentTimeUnixMs { get; init; }

    /// <summary>Who wrote <see cref="Present"/>.</summary>
    public string? PresentUser { get; init; }

    /// <summary>When the edit was made, by the bounded clock of the client or, where he did not say, of the server.</summary>
    public required long TimeUnixMs { get; init; }

    /// <summary>Whose edit it is.</summary>
    public string? User { get; init; }

    /// <summary>Whether the editor had seen <see cref="Present"/> when he made the edit (by <c>baseVersion</c> or <c>ifVersion</c>).</summary>
    public bool IsSeen { get; init; }
}

namespace RealTimeActors.Engine.Conflicts;

/// <summary>A wish to change the value of one key, as it came to the channel.</summary>
public sealed record Mutation
{
    /// <summary>As <see cref="IfVersion"/>: the key must be there, at whatever version (HTTP's <c>If-Match: *</c>). No version is meant by it: nothing counts as seen, and <c>reject</c> wants one all the same.</summary>
    public const long MustExist = -1;

    /// <summary>The key; 1 to <see cref="StateLimits.KeyBytesMax"/> bytes of UTF-8.</summary>
    public required string Key { get; init; }

    /// <summary>What to do.</summary>
    public required MutationOperation Operation { get; init; }

    /// <summary>One JSON value, compact UTF-8 as the codecs hand it on (well formed, no name twice). Empty with <see cref="MutationOperation.Delete"/>.</summary>
    public ReadOnlyMemory<byte> Value { get; init; }

    /// <summary>The version that the key must have; 0: it must be absent; <see cref="MustExist"/>: it must be there; null: any. A precondition under every rule.</summary>
    public long? IfVersion { get; init; }

    /// <summary>The version on which the edit was made: what was changed up to it was seen by the editor and loses to him. No precondition.</summary>
    public long? BaseVersion { get; init; }

    /// <summary>When the edit was made, by the client's clock; null: now.</summary>
    public long? TimeUnixMs { get; init; }

    /// <summary>The client's name for it. Breaks ties, and is told in the change.</summary>
    public string? MutationId { get; init; }

    /// <summary>Whose it is; breaks ties.</summary>
    public string? User { get; init; }

    /// <summary>The session that it came from; breaks ties.</summary>
    public string? Session { get; init; }
}

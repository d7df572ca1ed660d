namespace RealTimeActors.Engine.Conflicts;

/// <summary>The data of a <c>$state</c> event: what was asked for, when, under which rules, and what became of it.</summary>
internal sealed record StateEvent
{
    internal required MutationOperation Operation { get; init; }

    internal ReadOnlyMemory<byte> Value { get; init; }

    internal required MutationResult Result { get; init; }

    /// <summary>The key's version after it.</summary>
    internal required long Version { get; init; }

    internal required StateEffect Effect { get; init; }

    /// <summary>The patch or the whole value that <see cref="Effect"/> speaks of.</summary>
    internal ReadOnlyMemory<byte> EffectValue { get; init; }

    /// <summary>The digest of the rules that decided.</summary>
    internal required string Rules { get; init; }

    /// <summary>What custom rules decided, an object of paths; empty: nothing.</summary>
    internal ReadOnlyMemory<byte> Custom { get; init; }

    internal long? IfVersion { get; init; }

    internal long? BaseVersion { get; init; }

    /// <summary>The hybrid clock of the write …</summary>
    internal required long TimeUnixMs { get; init; }

    /// <summary>… and its counter.</summary>
    internal long Counter { get; init; }

    internal string? MutationId { get; init; }
}

namespace RealTimeActors.Engine.Conflicts;

/// <summary>One key of a channel's state: its value, and what the rules must know of how it came to be. Never changes.</summary>
internal sealed class StateEntry
{
    internal required string Key { get; init; }

    /// <summary>One more with every mutation that was applied or merged; goes on where a deleted key comes again.</summary>
    internal required long Version { get; init; }

    /// <summary>The offset of the event that made this version.</summary>
    internal required long Offset { get; init; }

    /// <summary>Compact JSON; empty: the key is absent, and what is left is the memory of its deletion.</summary>
    internal required ReadOnlyMemory<byte> Value { get; init; }

    /// <summary>The registers of the rules.</summary>
    internal required StateNode Root { get; init; }

    /// <summary>The newest <c>set</c>: what last-write governs and was written before it is gone.</summary>
    internal Stamp? Replaced { get; init; }

    /// <summary>The newest of what was removed and is not remembered one by one any more.</summary>
    internal Stamp? Horizon { get; init; }

    /// <summary>The newest stamp that counted here: the next one without a time comes after it.</summary>
    internal Stamp? Newest { get; init; }

    internal bool IsPresent => !Value.IsEmpty;

    /// <summary>What it counts for in <see cref="StateDocument.Bytes"/>.</summary>
    internal long Bytes => IsPresent ? System.Text.Encoding.UTF8.GetByteCount(Key) + Value.Length : 0;

    internal StateEntry At(long offset) => new()
    {
        Key = Key,
        Version = Version,
        Offset = offset,
        Value = Value,
        Root = Root,
        Replaced = Replaced,
        Horizon = Horizon,
        Newest = Newest,
    };
}

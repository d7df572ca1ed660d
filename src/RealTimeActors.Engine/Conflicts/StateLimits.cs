using RealTimeActors.Protocol;

namespace RealTimeActors.Engine.Conflicts;

/// <summary>What the state of one channel may grow to. A mutation that would go beyond it is refused; what is there already stays readable.</summary>
/// <remarks>What the fold itself must know (how many deleted keys, fields and members are remembered) is no setting but part of the format, in
/// <see cref="StateBounds"/>: the fold of old events may not depend on today's settings.</remarks>
public sealed record StateLimits
{
    /// <summary>The defaults.</summary>
    public static StateLimits Default { get; } = new();

    /// <summary>Keys that are present; one more is refused (105). Default 10,000.</summary>
    public int EntriesMax { get; init; } = 10_000;

    /// <summary>Bytes of all keys and values (105). Default 16 MiB.</summary>
    public long BytesMax { get; init; } = 16 * 1024 * 1024;

    /// <summary>Bytes of one value (110). Default 32 KiB, which is also the most: the event that tells of it must fit into a frame.</summary>
    public int EntryBytesMax { get; init; } = 32 * 1024;

    /// <summary>Bytes of one key (101). Default 200.</summary>
    public int KeyBytesMax { get; init; } = 200;

    /// <summary>Depth of a value (101). Default 30, which is also the most: in its <c>$state</c> event a value lies two levels down, and JSON ends at 32.</summary>
    public int DepthMax { get; init; } = Limits.JsonDepthMax - 2;

    /// <summary>Fields of one value, at all levels: objects, and values that are no objects (105). Default 1,000.</summary>
    public int FieldsMax { get; init; } = 1_000;

    /// <summary>Members of one set under <c>union</c> (105). Default 1,000.</summary>
    public int SetMembersMax { get; init; } = 1_000;
}

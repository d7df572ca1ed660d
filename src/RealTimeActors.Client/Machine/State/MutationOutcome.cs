using System.Text.Json;
using RealTimeActors.Protocol;

namespace RealTimeActors.Client.Machine.State;

/// <summary>The server's word on an edit.</summary>
public sealed record MutationOutcome
{
    /// <summary>Which edit.</summary>
    public required PendingMutation Mutation { get; init; }

    public required MutationResult Result { get; init; }

    /// <summary>Where it is in the log; 0: nowhere.</summary>
    public long Offset { get; init; }

    /// <summary>The version of the entry as the server has it now; 0: none is known.</summary>
    public long Version { get; init; }

    /// <summary>The value of the entry as the server has it now, compact JSON; null: there is no such entry.</summary>
    public ReadOnlyMemory<byte>? Value { get; init; }

    /// <summary>Why it lost or was refused, for people.</summary>
    public string? Reason { get; init; }

    /// <summary>The code of the refusal, where it was refused for what it is rather than for the version that it met.</summary>
    public ErrorCode? Error { get; init; }

    /// <summary>It had been decided before, and that answer was lost; this is the same.</summary>
    public bool IsDuplicate { get; init; }

    /// <summary>Of a refusal: whether an earlier sending may have been taken all the same, because its answer was lost.</summary>
    public bool MayBeInLog { get; init; }

    /// <summary>Whether the store could not let go of it, however often it was asked: a later process may send it once more, and hear something else of it.</summary>
    public bool IsStillKept { get; init; }

    /// <summary>The value as a .NET object; the default where there is none.</summary>
    /// <param name="json">How; null: as on the web (camelCase).</param>
    /// <exception cref="JsonException">It is not of that form.</exception>
    public T? Read<T>(JsonSerializerOptions? json = null) =>
        Value is { } value ? JsonSerializer.Deserialize<T>(value.Span, json ?? JsonSerializerOptions.Web) : default;
}

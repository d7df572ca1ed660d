using System.Text.Json;

namespace RealTimeActors.Client.Machine.State;

/// <summary>One keyed value as the application sees it: what the server has confirmed, with the edits that it has not answered yet on top.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Version">The version that the server has confirmed; 0: it has none.</param>
/// <param name="Value">What is seen, compact JSON.</param>
/// <param name="Confirmed">What the server has confirmed; null: nothing of that name.</param>
/// <param name="PendingCount">How many edits of this client are in <paramref name="Value"/> and not in <paramref name="Confirmed"/>.</param>
public sealed record StateEntry(string Key, long Version, ReadOnlyMemory<byte> Value, ReadOnlyMemory<byte>? Confirmed, int PendingCount)
{
    /// <summary>Whether what is seen is what the server has.</summary>
    public bool IsConfirmed => PendingCount == 0;

    /// <summary>What is seen, as a .NET object.</summary>
    /// <param name="json">How; null: as on the web (camelCase).</param>
    /// <exception cref="JsonException">It is not of that form.</exception>
    public T? Read<T>(JsonSerializerOptions? json = null) => JsonSerializer.Deserialize<T>(Value.Span, json ?? JsonSerializerOptions.Web);
}

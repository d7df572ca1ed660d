namespace RealTimeActors.Edge.HttpApi.Publishing;

/// <summary>A CloudEvent 1.0 as it was read, whatever mode it came in.</summary>
/// <param name="Which">What it is called in a refusal.</param>
/// <param name="Attributes">Its attributes and extensions, each as text.</param>
internal sealed record CloudEvent(string Which, IReadOnlyDictionary<string, string> Attributes)
{
    /// <summary><c>data</c> of the JSON format: a JSON value; null where there is none.</summary>
    internal ReadOnlyMemory<byte>? Value { get; init; }

    /// <summary>Data that came as bytes: <c>data_base64</c>, or the body in binary mode; null where there is none.</summary>
    internal ReadOnlyMemory<byte>? Bytes { get; init; }
}

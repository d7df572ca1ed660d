namespace RealTimeActors.Engine.Telemetry;

/// <summary>One request that is followed through the node. Told by one actor after the other, from any thread.</summary>
public interface ITrace
{
    /// <summary>It has come so far: <c>decided</c>, <c>durable</c>, <c>fanned out</c>.</summary>
    void Mark(string what);

    /// <summary>It is answered. Only the first call counts.</summary>
    /// <param name="error">The name of the error that it was answered with; null: none.</param>
    void End(string? error = null);
}

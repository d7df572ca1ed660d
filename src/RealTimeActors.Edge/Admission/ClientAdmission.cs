namespace RealTimeActors.Edge.Admission;

/// <summary>Whether a node takes clients, over whatever transport.</summary>
internal static class ClientAdmission
{
    /// <summary>Why it takes none, as a sentence; null: it does.</summary>
    internal static string? WhyNoClients(this IEngine engine) =>
        engine.NoClients is { } role ? $"{role}." : engine.NotReady is { } reason ? $"Not ready: {reason}." : null;
}

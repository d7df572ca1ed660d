using RealTimeActors.Edge.HttpApi;
using RealTimeActors.Protocol;

namespace RealTimeActors.Edge.Admission;

/// <summary>Whether a node takes clients, over whatever transport.</summary>
internal static class ClientAdmission
{
    /// <summary>When who was turned away may ask this node again. Another one takes him now.</summary>
    private static readonly TimeSpan _after = TimeSpan.FromSeconds(5);

    /// <summary>Why it takes none; null: it does.</summary>
    internal static Refusal? WhyNoClients(this IEngine engine) =>
        engine.NoClients is { } role ? new Refusal(ErrorCode.Overloaded, $"{role}.")
        : engine.NotReady is { } reason ? new Refusal(ErrorCode.Overloaded, $"Not ready: {reason}.")
        : engine.Overload is { } overload ? new Refusal(ErrorCode.Overloaded, $"{overload}.", _after)
        : null;

    /// <summary>The answer to one more than there may be.</summary>
    internal static Refusal TooMany(this EdgeOptions options) =>
        new(ErrorCode.Overloaded, $"The server has its {options.ConnectionsMax} connections already.", _after);
}

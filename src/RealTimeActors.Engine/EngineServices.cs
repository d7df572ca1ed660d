using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Integrity.Checkpoints;
using RealTimeActors.Engine.Telemetry;

namespace RealTimeActors.Engine;

/// <summary>What an engine is given beside its doors. It can do without each of them.</summary>
public sealed record EngineServices
{
    /// <summary>Who finds out whom a token belongs to; null: nobody is asked, and everybody is <see cref="Identity.Everybody"/>.</summary>
    public IAuthenticator? Authenticator { get; init; }

    /// <summary>What is measured.</summary>
    public EngineMeters Meters { get; init; } = EngineMeters.None;

    /// <summary>Who follows single requests; null: nobody.</summary>
    public ITraces? Traces { get; init; }

    /// <summary>Who signs checkpoints; null: none are made. Of a cluster all nodes have one, or none has.</summary>
    public ICheckpointSigner? Signer { get; init; }
}

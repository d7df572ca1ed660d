using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Integrity.Checkpoints;
using RealTimeActors.Engine.Telemetry;

namespace RealTimeActors.Hosting.Clustering;

/// <summary>What an engine is given beside its doors.</summary>
internal sealed record EngineServices(IAuthenticator? Authenticator, EngineMeters Meters, ITraces Traces, ICheckpointSigner Signer);

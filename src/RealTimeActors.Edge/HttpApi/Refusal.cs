using RealTimeActors.Protocol;

namespace RealTimeActors.Edge.HttpApi;

/// <summary>Why a request is not taken, and what would be.</summary>
internal sealed record Refusal(ErrorCode Code, string Message);

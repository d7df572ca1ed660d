using RealTimeActors.Engine.Access;

namespace RealTimeActors.Edge.Authentication.Jwt;

/// <summary>A token whose signature and claims hold. Whether its time has come, or is over, is asked anew each time, and so is whether its key still counts.</summary>
/// <param name="Key">Signed by.</param>
/// <param name="Times">When it is good.</param>
/// <param name="Identity">What it gives.</param>
internal sealed record VerifiedToken(JwtKey Key, JwtTimes Times, Identity Identity);

namespace RealTimeActors.Edge.Authentication.Jwt;

/// <summary>What the verifier makes of a token.</summary>
internal abstract record JwtVerdict
{
    /// <summary>It is good.</summary>
    internal sealed record Good(VerifiedToken Token) : JwtVerdict;

    /// <summary>It is not. The reason holds nothing of the token.</summary>
    internal sealed record Refused(string Reason, bool IsExpired = false) : JwtVerdict;

    /// <summary>It means a key that is not here; with newer keys it may be good.</summary>
    internal sealed record KeyMissing(string Reason) : JwtVerdict;
}

using System.IdentityModel.Tokens.Jwt;
using System.Security.Claims;
using System.Text;
using Microsoft.IdentityModel.Tokens;
using RealTimeActors.Edge.Authentication.Jwt;
using RealTimeActors.Edge.Tests.Support;

namespace RealTimeActors.Authentication.Oracle.Tests;

/// <summary>The independent library, configured as our verifier is: the same keys, issuer, audience and leeway.</summary>
internal static class Library
{
    internal const string Issuer = "https://id.example";
    internal const string Audience = "realtime";

    private static readonly JwtSecurityTokenHandler _handler = new() { MapInboundClaims = false, SetDefaultTimesOnTokenCreation = false };

    /// <summary>What our verifier is configured with.</summary>
    internal static JwtOptions Options { get; } = new()
    {
        Keys = [TokenForge.Shared, TokenForge.RsaKey, TokenForge.EcKey],
        Issuer = Issuer,
        Audiences = [Audience],
    };

    internal static SecurityKey Shared { get; } = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(TokenForge.Secret));

    internal static RsaSecurityKey Rsa { get; } = new(TokenForge.Rsa) { KeyId = "rsa" };

    internal static ECDsaSecurityKey Ec { get; } = new(TokenForge.Ec) { KeyId = "ec" };

    private static readonly TokenValidationParameters _parameters = new()
    {
        IssuerSigningKeys = [Shared, Rsa, Ec],
        ValidIssuer = Issuer,
        ValidAudience = Audience,
        ClockSkew = TimeSpan.FromSeconds(30),
        RequireExpirationTime = true,
        RequireSignedTokens = true,
        ValidateLifetime = true,
    };

    /// <summary>The claims, or why it refuses the token.</summary>
    internal static (ClaimsPrincipal? Claims, string Why) Judge(string token)
    {
        try
        {
            return (_handler.ValidateToken(token, _parameters, out _), "");
        }
        catch (Exception refused) when (refused is SecurityTokenException or ArgumentException or FormatException)
        {
            return (null, $"{refused.GetType().Name}: {refused.Message}");
        }
    }

    internal static string Make(SecurityKey key, string algorithm, IDictionary<string, object> claims)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var payload = new JwtPayload { ["iss"] = Issuer, ["aud"] = Audience, ["sub"] = "u1", ["iat"] = now, ["nbf"] = now, ["exp"] = now + 600 };
        foreach (var (name, value) in claims)
            payload[name] = value;

        return _handler.WriteToken(new JwtSecurityToken(new System.IdentityModel.Tokens.Jwt.JwtHeader(new SigningCredentials(key, algorithm)), payload));
    }
}

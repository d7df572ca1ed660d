using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using RealTimeActors.Edge.Authentication;
using RealTimeActors.Engine.Access;

namespace RealTimeActors.Hosting;

/// <summary>Takes who the application's own authentication found, for who it is.</summary>
internal sealed class AspNetIdentity : IRequestIdentity
{
    private static readonly string[] _roleClaims = ["roles", "role"];

    /// <summary>A clock may be a little behind that of the token's issuer.</summary>
    private static readonly TimeSpan _leeway = TimeSpan.FromSeconds(30);

    internal static AspNetIdentity Instance { get; } = new();

    public bool TryIdentify(HttpContext http, [NotNullWhen(true)] out Identity? identity, [NotNullWhen(false)] out string? reason)
    {
        identity = null;
        var principal = http.User;
        if (principal.Identity is not { IsAuthenticated: true })
        {
            reason = "Nobody is signed in; this application wants to know who asks.";
            return false;
        }

        var user = principal.FindFirst(ClaimTypes.NameIdentifier)?.Value ?? principal.FindFirst("sub")?.Value;
        if (string.IsNullOrEmpty(user))
        {
            reason = "Whoever is signed in has no name identifier (claim 'nameidentifier' or 'sub').";
            return false;
        }

        var grants = new List<ChannelGrant>();
        foreach (var claim in principal.FindAll(ChannelsClaim.Name))
        {
            if (!ChannelsClaim.TryRead(claim.Value, grants, out reason))
                return false;
        }

        reason = null;
        identity = new Identity
        {
            User = user,
            Roles = [.. RolesOf(principal).Distinct(StringComparer.Ordinal)],
            Grants = grants,
            IssuedUnixMs = SecondsOf(principal, "iat") is { } issued ? issued * 1_000 : null,
            ExpiresUnixMs = ExpiryOf(http, principal),
        };
        return true;
    }

    private static IEnumerable<string> RolesOf(ClaimsPrincipal principal) =>
        principal.Identities.SelectMany(identity => identity.FindAll(identity.RoleClaimType))
            .Concat(_roleClaims.SelectMany(principal.FindAll))
            .Select(claim => claim.Value);

    /// <summary>A connection does not outlive the sign-in it was opened with.</summary>
    private static long? ExpiryOf(HttpContext http, ClaimsPrincipal principal)
    {
        if (SecondsOf(principal, "exp") is { } seconds)
            return (seconds * 1_000) + (long)_leeway.TotalMilliseconds;

        return http.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult?.Properties?.ExpiresUtc?.ToUnixTimeMilliseconds();
    }

    private static long? SecondsOf(ClaimsPrincipal principal, string claim) =>
        long.TryParse(principal.FindFirst(claim)?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < long.MaxValue / 2_000 ? seconds : null;
}

using Microsoft.AspNetCore.Http;
using RealTimeActors.Edge.HttpApi;
using RealTimeActors.Engine.Access;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Edge.Authentication;

/// <summary>What the identity behind a request may do. Everything that is not allowed is refused by 103, and the message names the right that is missing.</summary>
internal sealed class HttpAccess(AccessRules rules)
{
    /// <summary>Who asks.</summary>
    internal static Identity IdentityOf(HttpContext http) =>
        http.Features.Get<Identity>() ?? throw new RefusedException(ErrorCode.Unauthenticated, "A token is expected: send the header Authorization: Bearer <JWT>.");

    /// <summary>Who asks, if he has the right on the channel.</summary>
    /// <exception cref="RefusedException">He has not.</exception>
    internal Identity Require(HttpContext http, ChannelName channel, Rights right) => RequireOneOf(http, channel, right);

    /// <summary>Who asks, if he has one of these rights on the channel.</summary>
    /// <exception cref="RefusedException">He has none.</exception>
    internal Identity RequireOneOf(HttpContext http, ChannelName channel, Rights rights)
    {
        var identity = IdentityOf(http);
        return (rules.RightsOf(identity, channel) & rights) != 0 ? identity : throw new RefusedException(ErrorCode.Forbidden, AccessRules.Missing(rights, channel));
    }

    /// <summary>Who asks, if there may be a channel that he administers; null: he administers all of them.</summary>
    /// <exception cref="RefusedException">There is none.</exception>
    internal Identity? RequireAdminSomewhere(HttpContext http)
    {
        var identity = IdentityOf(http);
        if (rules.IsGrantedEverywhere(identity, Rights.Admin))
            return null;

        return rules.IsGrantedSomewhere(identity, Rights.Admin)
            ? identity
            : throw new RefusedException(ErrorCode.Forbidden, "The right 'admin' on '>', or on some channels, is needed.");
    }

    /// <summary>Who asks, if he administers the server.</summary>
    /// <exception cref="RefusedException">He does not.</exception>
    internal Identity RequireAdmin(HttpContext http)
    {
        var identity = IdentityOf(http);
        return rules.IsGrantedEverywhere(identity, Rights.Admin)
            ? identity
            : throw new RefusedException(ErrorCode.Forbidden, "The right 'admin' on '>' is needed.");
    }
}

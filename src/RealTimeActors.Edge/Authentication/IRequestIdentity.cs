using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using RealTimeActors.Engine.Access;

namespace RealTimeActors.Edge.Authentication;

/// <summary>Knows who a request comes from, because the application around the edge has found it out. Registered as a service, it takes the place of tokens.</summary>
public interface IRequestIdentity
{
    /// <summary>Who it is; false: nobody that is known, and why, for the client.</summary>
    bool TryIdentify(HttpContext http, [NotNullWhen(true)] out Identity? identity, [NotNullWhen(false)] out string? reason);
}

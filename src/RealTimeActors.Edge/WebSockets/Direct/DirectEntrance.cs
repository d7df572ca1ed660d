using Microsoft.AspNetCore.Http;
using RealTimeActors.Edge.Admission;
using RealTimeActors.Edge.Authentication;
using RealTimeActors.Engine.Access;

namespace RealTimeActors.Edge.WebSockets.Direct;

/// <summary>
/// Knows whether a WebSocket handshake may be taken without Kestrel: by the very rules that stand before <see cref="WebSocketEndpoint"/>, asked in the same order. It only says yes; whatever these
/// rules would refuse goes to Kestrel, where they are asked again and the refusal is written. So there is one place where refusals are made, and this way cannot be the weaker one.
/// </summary>
internal sealed class DirectEntrance
{
    private volatile Rules? _rules;

    /// <summary>The address that is looked for; null: the application has none (yet), and everything is Kestrel's.</summary>
    internal string? Path => _rules?.Path;

    /// <summary>From now on handshakes are taken.</summary>
    internal void Open(Rules rules) => _rules = rules;

    /// <summary>Whether the handshake is taken; null: Kestrel is to say. With an admission a place of the budget is taken, which the connection gives back at its end.</summary>
    internal async ValueTask<Admission?> AdmitAsync(IHeaderDictionary headers)
    {
        if (_rules is not { } rules || rules.Gate is { IsOpen: false })
            return null;

        var host = headers.Host.ToString();
        if (!IsPlainHost(host) || !rules.Origins.AdmitsHost(new HostString(host).Host) || !rules.Origins.AdmitsOrigin(headers.Origin.ToString(), host))
            return null;

        if (!Handshake.TryRead(headers, isConnect: false, rules.Options.Compresses, out var handshake, out _, out _) || !Handshake.AsksForUpgrade(headers))
            return null;

        var identity = Identity.Everybody;
        if (rules.Engine.RequestAuthenticator is { } authenticator)
        {
            identity = null;
            var header = headers.Authorization.ToString();
            if (header.Length > 0)
            {
                if (!AuthenticationMiddleware.TryToken(header, out var token))
                    return null;

                if (await PendingAuthentication.AskAsync(replyTo => authenticator.Authenticate(token, null, replyTo), rules.Options.RequestTimeout, CancellationToken.None) is not AuthenticationReply.Accepted accepted)
                    return null;

                identity = accepted.Identity;
            }
        }

        return rules.Engine.WhyNoClients() is null && rules.Budget.TryTake() ? new Admission(rules, handshake, identity) : null;
    }

    /// <summary>A name or an address, with a port or not: what is anything else is not ours to read.</summary>
    private static bool IsPlainHost(string host) => host.Length > 0 && host.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or ':' or '[' or ']');

    /// <summary>What handshakes are judged by.</summary>
    /// <param name="Path">The address of the endpoint.</param>
    /// <param name="Engine">Where connections are opened.</param>
    /// <param name="Options">The bounds.</param>
    /// <param name="Origins">Which pages may come.</param>
    /// <param name="Budget">The same as the endpoint's.</param>
    /// <param name="Gate">Null: always open.</param>
    internal sealed record Rules(string Path, IEngine Engine, EdgeOptions Options, OriginPolicy Origins, ConnectionBudget Budget, StartGate? Gate);

    /// <summary>A handshake that is taken.</summary>
    /// <param name="Rules">By which it was judged.</param>
    /// <param name="Handshake">What was asked for.</param>
    /// <param name="Identity">Who comes; null: the hello will say.</param>
    internal sealed record Admission(Rules Rules, Handshake Handshake, Identity? Identity);
}

using System.Buffers;
using System.Text;
using System.Text.Json;
using RealTimeActors.Edge.Authentication.Jwt;
using RealTimeActors.Engine.Access;

namespace RealTimeActors.Edge.Authentication.Issuing;

/// <summary>Makes tokens with a key of the configuration, for trying out, for services and for tests. What it makes, the server that is configured alike takes.</summary>
/// <param name="options">Keys, issuer, audience and the longest lifetime.</param>
/// <param name="time">When it is now.</param>
public sealed class TokenIssuer(JwtOptions options, TimeProvider time)
{
    /// <summary>Signs a token.</summary>
    /// <exception cref="TokenRefusedException">It cannot be made, or the server would not take it; the message says why.</exception>
    public string Issue(TokenRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var key = KeyFor(request);
        var now = time.GetUtcNow();
        if (request.Lifetime < TimeSpan.FromSeconds(1) || request.Lifetime > options.LifetimeMax)
        {
            throw new TokenRefusedException(
                $"A lifetime from 1 s to {options.LifetimeMax.TotalSeconds:0} s (realtime.auth.jwt.max-lifetime) is expected; {request.Lifetime.TotalSeconds:0.###} s came.");
        }

        var signed = $"{Base64UrlText.Encode(Header(key))}.{Base64UrlText.Encode(Claims(request, now))}";
        var token = $"{signed}.{Base64UrlText.Encode(key.Sign(Encoding.ASCII.GetBytes(signed)))}";

        // By the same rules as at the door, so that nobody learns there that it does not do.
        return new JwtVerifier(options).Verify(token, new JwtKeySet([key]), now) is JwtVerdict.Refused refused
            ? throw new TokenRefusedException(refused.Reason)
            : token;
    }

    private JwtKey KeyFor(TokenRequest request)
    {
        var candidates = options.Keys.Where(key => request.Kid is null || key.Kid == request.Kid).ToList();
        if (candidates.Count == 0)
        {
            throw new TokenRefusedException(request.Kid is null
                ? "A key to sign with is expected in realtime.auth.jwt (hs256-secret, or keys with a private key); there is none. Keys of a jwks-url can only be checked with."
                : "There is no key of that kid in realtime.auth.jwt.");
        }

        return candidates.Find(key => key.CanSign)
            ?? throw new TokenRefusedException("A secret or a private key is needed to sign with; realtime.auth.jwt has only public keys.");
    }

    private static byte[] Header(JwtKey key) => Json(json =>
    {
        json.WriteString("alg", key.Algorithm.ToString());
        json.WriteString("typ", "JWT");
        if (key.Kid is not null)
            json.WriteString("kid", key.Kid);
    });

    private byte[] Claims(TokenRequest request, DateTimeOffset now) => Json(json =>
    {
        if (options.Issuer is not null)
            json.WriteString("iss", options.Issuer);

        if (options.Audiences.Count > 0)
            json.WriteString("aud", options.Audiences[0]);

        // Down to the whole second: a token is never issued in the future.
        var issued = now.ToUnixTimeSeconds();
        json.WriteString("sub", request.Subject);
        json.WriteNumber("iat", issued);
        json.WriteNumber("exp", issued + (long)request.Lifetime.TotalSeconds);
        if (request.Roles.Count > 0)
        {
            json.WriteStartArray("roles");
            foreach (var role in request.Roles)
                json.WriteStringValue(role);

            json.WriteEndArray();
        }

        if (request.Channels.Count > 0)
            WriteChannels(json, request.Channels);
    });

    private static void WriteChannels(Utf8JsonWriter json, IReadOnlyList<ChannelGrant> grants)
    {
        json.WriteStartObject("channels");
        // A pattern that was named twice is one member: names are unique.
        foreach (var grant in grants.GroupBy(grant => grant.Pattern))
        {
            var rights = grant.Aggregate(Rights.None, (all, next) => all | next.Rights);
            json.WriteStartArray(grant.Key.Text);
            foreach (var name in GrantClaims.NamesOf(rights))
                json.WriteStringValue(name);

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static byte[] Json(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}

using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace RealTimeActors.Hammer.Cluster.Nodes;

/// <summary>A token that gives every right on every channel, as an issuer of the application would sign it: nodes that listen elsewhere than on loopback want one of everybody.</summary>
internal static class LoadToken
{
    /// <summary>Longer than any run.</summary>
    private static readonly TimeSpan _lifetime = TimeSpan.FromHours(23);

    internal static string Issue(string secret)
    {
        var now = DateTimeOffset.UtcNow;
        var claims = new
        {
            sub = "hammer",
            iat = now.ToUnixTimeSeconds(),
            exp = (now + _lifetime).ToUnixTimeSeconds(),
            roles = (string[])["admin"],
            channels = new Dictionary<string, string[]> { [">"] = ["subscribe", "publish", "history", "presence", "mutate", "admin"] },
        };
        var signed = $"{Encode("""{"alg":"HS256","typ":"JWT"}"""u8)}.{Encode(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        return $"{signed}.{Encode(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(signed)))}";
    }

    private static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);
}

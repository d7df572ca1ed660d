using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using RealTimeActors.Edge.Authentication.Jwt;
using RealTimeActors.Engine.Access;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Hosting;

/// <summary>The claim <c>channels</c>: <c>{"pattern": ["subscribe", "publish", …]}</c>.</summary>
internal static class ChannelsClaim
{
    internal const string Name = "channels";

    /// <summary>Adds what the claim gives. One that cannot be read gives nothing, and whoever has it is told so rather than let in with half of it.</summary>
    internal static bool TryRead(string json, List<ChannelGrant> to, [NotNullWhen(false)] out string? reason)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 3, AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return Refuse("an object is expected", out reason);

            foreach (var grant in document.RootElement.EnumerateObject())
            {
                if (!ChannelPattern.TryParse(grant.Name, out var pattern, out var error))
                    return Refuse(error.TrimEnd('.'), out reason);

                if (grant.Value.ValueKind != JsonValueKind.Array || !TryRights(grant.Value, out var rights))
                    return Refuse($"a list of rights ({GrantClaims.RightNames}) is expected for each pattern", out reason);

                to.Add(new ChannelGrant(pattern, rights));
            }

            reason = null;
            return true;
        }
        catch (JsonException)
        {
            return Refuse("an object is expected, as {\"funding.>\": [\"subscribe\"]}", out reason);
        }
    }

    private static bool TryRights(JsonElement words, out Rights rights)
    {
        rights = Rights.None;
        foreach (var word in words.EnumerateArray())
        {
            if (word.ValueKind != JsonValueKind.String || GrantClaims.RightNamed(word.GetString()) is not { } right)
                return false;

            rights |= right;
        }

        return true;
    }

    private static bool Refuse(string expected, out string reason)
    {
        reason = $"The claim '{Name}' cannot be read: {expected}.";
        return false;
    }
}

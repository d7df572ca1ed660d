using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using RealTimeActors.Engine.Access;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Edge.Authentication.Jwt;

/// <summary>What a token gives: <c>roles</c>, and <c>channels</c> with rights by pattern (protocol, section 4). Bounded, and exact: a right that is not known is no right.</summary>
public static class GrantClaims
{
    internal const int RolesMax = 64;
    internal const int RoleBytesMax = 128;
    internal const int GrantsMax = 256;

    /// <summary>The names of the rights, as tokens and the configuration write them.</summary>
    public const string RightNames = "subscribe, publish, history, presence, mutate, admin";

    private static readonly Dictionary<string, Rights> _rights = new(StringComparer.Ordinal)
    {
        ["subscribe"] = Rights.Subscribe,
        ["publish"] = Rights.Publish,
        ["history"] = Rights.History,
        ["presence"] = Rights.Presence,
        ["mutate"] = Rights.Mutate,
        ["admin"] = Rights.Admin,
    };

    internal static bool TryRoles(JsonElement root, out IReadOnlyList<string> roles, [NotNullWhen(false)] out string? error)
    {
        roles = [];
        error = null;
        if (TokenJson.Member(root, "roles") is not { } claim)
            return true;

        if (claim.ValueKind != JsonValueKind.Array || claim.GetArrayLength() > RolesMax)
        {
            error = $"roles: a list of at most {RolesMax} texts is expected; something else came.";
            return false;
        }

        var read = new List<string>();
        foreach (var element in claim.EnumerateArray())
        {
            if (!TokenJson.TryText(element, RoleBytesMax, out var role) || role.Length == 0)
            {
                error = $"roles: each is expected to be a text of 1 to {RoleBytesMax} bytes; one is not.";
                return false;
            }

            if (!read.Contains(role))
                read.Add(role);
        }

        roles = read;
        return true;
    }

    internal static bool TryChannels(JsonElement root, out IReadOnlyList<ChannelGrant> grants, [NotNullWhen(false)] out string? error)
    {
        grants = [];
        error = null;
        if (TokenJson.Member(root, "channels") is not { } claim)
            return true;

        if (claim.ValueKind != JsonValueKind.Object || claim.GetPropertyCount() > GrantsMax)
        {
            error = $"channels: an object of at most {GrantsMax} patterns, each with a list of rights, is expected; something else came.";
            return false;
        }

        var read = new List<ChannelGrant>();
        foreach (var (element, number) in claim.EnumerateObject().Select((element, index) => (element, index + 1)))
        {
            if (!TryGrant(element, number, out var grant, out error))
                return false;

            read.Add(grant);
        }

        grants = read;
        return true;
    }

    /// <summary>The right of that name, byte for byte; null where there is none.</summary>
    public static Rights? RightNamed(string? name) => name is not null && _rights.TryGetValue(name, out var right) ? right : null;

    /// <summary>The names of the rights, one by one.</summary>
    public static IEnumerable<string> NamesOf(Rights rights) => _rights.Where(named => rights.HasFlag(named.Value)).Select(named => named.Key);

    private static bool TryGrant(JsonProperty element, int number, [NotNullWhen(true)] out ChannelGrant? grant, [NotNullWhen(false)] out string? error)
    {
        grant = null;
        if (!ChannelPattern.TryParse(element.Name, out var pattern, out var wrong))
        {
            // The judgement of a pattern names no part of it.
            error = $"channels: number {number} is no pattern of channels. {wrong}";
            return false;
        }

        if (element.Value.ValueKind != JsonValueKind.Array)
        {
            error = $"channels: number {number} is expected to have a list of rights ({RightNames}); something else came.";
            return false;
        }

        var rights = Rights.None;
        foreach (var listed in element.Value.EnumerateArray())
        {
            if (!TokenJson.TryText(listed, 16, out var name) || RightNamed(name) is not { } right)
            {
                error = $"channels: number {number} has a right that is not known; {RightNames} are.";
                return false;
            }

            rights |= right;
        }

        grant = new ChannelGrant(pattern, rights);
        error = null;
        return true;
    }
}

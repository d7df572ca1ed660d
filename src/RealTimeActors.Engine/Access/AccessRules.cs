using RealTimeActors.Engine.DeadLetters;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Access;

/// <summary>
/// Decides what an identity may do with a channel: what its token grants, and what the configuration gives to it. Nobody has what neither gives. Pure.
/// </summary>
/// <param name="rules">Of the configuration; for each channel the rule with the most specific pattern counts.</param>
/// <param name="isOpen">Whether a channel that no rule names is open to every valid token (<c>realtime.access.default = open</c>).</param>
public sealed class AccessRules(IReadOnlyList<AccessRule> rules, bool isOpen)
{
    private const string OwnPrefix = "$user.";
    private const string Server = ">";

    private readonly AccessRule[] _rules = [.. rules.OrderBy(rule => rule.Pattern)];

    /// <summary>No rule, nothing open: only tokens give rights.</summary>
    public static AccessRules Closed { get; } = new([], isOpen: false);

    /// <summary>What the identity may do with the channel.</summary>
    public Rights RightsOf(Identity identity, ChannelName channel)
    {
        ArgumentNullException.ThrowIfNull(identity);
        if (identity.IsTrusted)
            return Rights.All;

        var rights = Rights.None;
        foreach (var grant in identity.Grants)
        {
            if (grant.Pattern.Matches(channel))
                rights |= grant.Rights;
        }

        if (RuleOf(channel) is { } rule)
            rights |= GivenBy(rule, identity);
        else if (isOpen && !channel.IsServerOwned)
            rights |= Rights.All & ~Rights.Admin;

        if (identity.User is { } user && IsOwn(channel, user))
            rights |= Rights.Subscribe | Rights.History;

        if (DeadLetterChannel.OriginOf(channel) is { } origin)
            rights |= OfDeadLetters(RightsOf(identity, origin));

        return rights;
    }

    /// <summary>Whether the identity may do it, whatever the channel: it is granted on the pattern <c>&gt;</c>.</summary>
    public bool IsGrantedEverywhere(Identity identity, Rights right)
    {
        ArgumentNullException.ThrowIfNull(identity);
        return identity.IsTrusted
            || identity.Grants.Any(grant => grant.Pattern.Text == Server && grant.Rights.HasFlag(right))
            || _rules.Any(rule => rule.Pattern.Text == Server && GivenBy(rule, identity).HasFlag(right));
    }

    /// <summary>Whether there may be a channel on which the identity has the right.</summary>
    public bool IsGrantedSomewhere(Identity identity, Rights right)
    {
        ArgumentNullException.ThrowIfNull(identity);
        return identity.IsTrusted
            || identity.Grants.Any(grant => grant.Rights.HasFlag(right))
            || _rules.Any(rule => GivenBy(rule, identity).HasFlag(right));
    }

    /// <summary>What somebody is told who has none of these rights on the channel: what he would have to be given.</summary>
    public static string Missing(Rights anyOf, ChannelName channel)
    {
        // Dead letters are their channel's affair: nobody has to be given anything on them.
        if ((anyOf & (Rights.Subscribe | Rights.History)) != 0 && DeadLetterChannel.OriginOf(channel) is { } origin)
            (anyOf, channel) = (Rights.History | Rights.Admin, origin);

        return $"The right '{anyOf.ToString().ToLowerInvariant().Replace(", ", "' or '", StringComparison.Ordinal)}' on '{channel}' is needed.";
    }

    /// <summary>Who may read a channel's past, or administers it, may read what was given up of it.</summary>
    private static Rights OfDeadLetters(Rights onOrigin) =>
        (onOrigin & (Rights.History | Rights.Admin)) == 0 ? Rights.None : Rights.Subscribe | Rights.History | (onOrigin & Rights.Admin);

    private AccessRule? RuleOf(ChannelName channel)
    {
        foreach (var rule in _rules)
        {
            if (rule.Pattern.Matches(channel))
                return rule;
        }

        return null;
    }

    private static Rights GivenBy(AccessRule rule, Identity identity)
    {
        var rights = rule.Authenticated;
        foreach (var role in identity.Roles)
        {
            if (rule.Roles.TryGetValue(role, out var more))
                rights |= more;
        }

        return rights;
    }

    /// <summary><c>$user.&lt;sub&gt;</c> is the user's own channel.</summary>
    private static bool IsOwn(ChannelName channel, string user) =>
        channel.Value.Length == OwnPrefix.Length + user.Length
        && channel.Value.StartsWith(OwnPrefix, StringComparison.Ordinal)
        && channel.Value.EndsWith(user, StringComparison.Ordinal);
}

using RealTimeActors.Edge.Authentication.Jwt;
using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Hosting.Settings;

/// <summary>Reads <c>realtime.channels</c>: how the channels of each pattern behave.</summary>
internal static class ChannelRules
{
    private static readonly TimeSpan _forever = TimeSpan.FromDays(36_500);

    /// <summary>
    /// The rules with the most specific pattern first (of equals, the one that was written first: what is said in code goes over the configuration), and what they give to whom. Otherwise a pattern comes once: of two
    /// entries one would be ignored without a word.
    /// </summary>
    internal static (IReadOnlyList<(ChannelPattern Pattern, ChannelSettings Settings)> Channels, IReadOnlyList<AccessRule> Access) Read(
        IReadOnlyList<KeyReader> rules, IReadOnlyDictionary<string, IMergeRule> mergeRules)
    {
        var read = new List<(ChannelPattern Pattern, ChannelSettings Settings)>();
        var access = new List<AccessRule>();
        var patterns = new HashSet<(string Text, bool IsInCode)>();
        foreach (var rule in rules)
        {
            var settings = ReadSettings(rule, mergeRules);
            var (everybody, roles) = ReadAccess(rule.Section("access"));
            var text = rule.Text("pattern", "");
            if (!ChannelPattern.TryParse(text, out var pattern, out var error))
            {
                rule.Problem("pattern", $"a channel pattern is expected; '{text}' came: {error.TrimEnd('.')}");
                continue;
            }

            if (!patterns.Add((text, rule.IsInCode("pattern"))))
            {
                rule.Problem("pattern", $"each pattern is expected once; '{text}' stands in an entry before this one. Make one entry of them");
                continue;
            }

            read.Add((pattern, settings));
            if (rule.Has("access"))
                access.Add(new AccessRule(pattern, everybody, roles));
        }

        return ([.. read.OrderBy(rule => rule.Pattern)], access);
    }

    private static (Rights Everybody, IReadOnlyDictionary<string, Rights> Roles) ReadAccess(KeyReader access)
    {
        var roles = access.Section("roles");
        return (ReadRights(access, "authenticated"), roles.Names().ToDictionary(role => role, role => ReadRights(roles, role), StringComparer.Ordinal));
    }

    private static Rights ReadRights(KeyReader reader, string key)
    {
        var rights = Rights.None;
        foreach (var name in reader.Texts(key))
        {
            if (GrantClaims.RightNamed(name) is { } right)
                rights |= right;
            else
                reader.Problem(key, $"a list of {GrantClaims.RightNames} is expected; '{name}' came");
        }

        return rights;
    }

    private static ChannelSettings ReadSettings(KeyReader rule, IReadOnlyDictionary<string, IMergeRule> mergeRules)
    {
        var retention = rule.Section("retention");
        var memory = rule.Section("memory");
        var isDurable = rule.OneOf("durability", "durable", "durable", "ephemeral") == "durable";
        var keeps = rule.OneOf("offline", "none", "none", "keep") == "keep";
        if (isDurable && keeps)
            rule.Problem("offline", "'keep' is for ephemeral channels; a durable channel keeps everything in its log anyway");

        var merge = MergeSettings.Read(rule.Section("merge"), mergeRules);
        var state = MergeSettings.ReadLimits(rule.Section("state"));
        foreach (var key in new[] { "merge", "state" })
        {
            if (!isDurable && rule.Has(key))
                rule.Problem(key, "it is for durable channels; an ephemeral one has no log, and so no shared state");
        }

        return new ChannelSettings
        {
            Merge = merge,
            State = state,
            IsDurable = isDurable,
            KeepsForOffline = keeps && !isDurable,
            Retention = new RetentionRule
            {
                Count = retention.Has("count") ? retention.Long("count", 1, 1, long.MaxValue / 2) : null,
                Age = retention.Has("age") ? retention.Duration("age", _forever, TimeSpan.FromMilliseconds(1), _forever) : null,
                Bytes = retention.Has("bytes") ? retention.Bytes("bytes", 1, 1, long.MaxValue / 2) : null,
            },
            Retry = ReadRetry(rule.Section("retry")),
            MemoryEventsMax = memory.Integer("count", 1_000, 1, 1_000_000),
            MemoryBytesMax = memory.Bytes("bytes", 1 << 20, 1_024, 1 << 30),
        };
    }

    private static RetryRule ReadRetry(KeyReader retry) => new()
    {
        Attempts = retry.Integer("attempts", RetryRule.Default.Attempts, 1, 1_000),
        Delay = retry.Duration("delay", RetryRule.Default.Delay, TimeSpan.Zero, TimeSpan.FromDays(1)),
        DelayMax = retry.Duration("delay-max", RetryRule.Default.DelayMax, TimeSpan.Zero, TimeSpan.FromDays(7)),
    };
}

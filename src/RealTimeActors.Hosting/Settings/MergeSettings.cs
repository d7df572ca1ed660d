using RealTimeActors.Engine.Conflicts;

namespace RealTimeActors.Hosting.Settings;

/// <summary>Reads <c>merge</c> and <c>state</c> of an entry of <c>realtime.channels</c>: which rule decides where, and what the state may grow to.</summary>
internal static class MergeSettings
{
    private const string CustomPrefix = "custom:";

    /// <param name="merge">The section.</param>
    /// <param name="known">The application's own rules: whatever is named must be one of them.</param>
    internal static ConflictRules Read(KeyReader merge, IReadOnlyDictionary<string, IMergeRule> known)
    {
        var fields = merge.Section("fields");
        var byDefault = RuleAt(merge, "default");
        foreach (var path in fields.Names().Where(IsOfAnotherNotation))
        {
            merge.Problem("fields", $"a path within the value is expected: names joined by dots, * for any one name; '{path}' came. What lies below a path follows it, an array is decided as a whole, "
                + "and a name with / [ ] > stands in quotes within the path");
        }

        var paths = fields.Names().Select(path => KeyValuePair.Create(path, RuleAt(fields, path))).Where(rule => rule.Value is not null).ToArray();
        if (!ConflictRules.TryCreate(byDefault, paths!, out var rules, out var error))
        {
            merge.Problem(ConflictRules.TryCreate(byDefault, [], out _, out _) ? "fields" : "default", error.TrimEnd('.'));
            return ConflictRules.Default;
        }

        foreach (var name in rules.CustomRules.Where(name => !known.ContainsKey(name)))
        {
            var place = byDefault == CustomPrefix + name ? "default" : $"fields.{paths.First(rule => rule.Value == CustomPrefix + name).Key}";
            merge.Problem(place, $"the name of a rule in realtime.state.rules, or of one that the application adds (AddMergeRule), is expected; '{name}' is none{Known(known)}");
        }

        return rules;
    }

    internal static StateLimits ReadLimits(KeyReader state) => new()
    {
        EntriesMax = state.Integer("entries", StateLimits.Default.EntriesMax, 1, 10_000_000),
        BytesMax = state.Bytes("bytes", StateLimits.Default.BytesMax, 1_024, 1L << 40),
        EntryBytesMax = (int)state.Bytes("entry-bytes", StateLimits.Default.EntryBytesMax, 2, StateLimits.Default.EntryBytesMax),
        KeyBytesMax = (int)state.Bytes("key-bytes", StateLimits.Default.KeyBytesMax, 1, StateLimits.Default.KeyBytesMax),
        DepthMax = state.Integer("depth", StateLimits.Default.DepthMax, 1, StateLimits.Default.DepthMax),
        FieldsMax = state.Integer("fields", StateLimits.Default.FieldsMax, 1, 100_000),
        SetMembersMax = state.Integer("set-members", StateLimits.Default.SetMembersMax, 1, 100_000),
    };

    /// <summary>A rule by its word, or an own one as <c>{ custom = "name" }</c>; null: nothing is said.</summary>
    private static string? RuleAt(KeyReader reader, string key)
    {
        var below = reader.NamesBelow(key);
        if (below.Count == 0)
            return reader.OptionalText(key);

        if (below is ["custom"])
            return reader.Section(key).OptionalText("custom") is { } name ? CustomPrefix + name : null;

        // Mostly somebody who wrote a path without quotes, of which a configuration makes objects within objects.
        reader.Problem(key, $"a rule is expected, by its word or as {{ custom = \"name\" }}; an object with '{below.First(name => name != "custom")}' came. "
            + "A path with dots stands in quotes, as \"address.city\" = sum, and none has a colon");
        return null;
    }

    /// <summary>What is a path elsewhere (a JSON pointer, a place in an array, a channel pattern) would be the name of a field that nobody has, and the rule would decide nothing.</summary>
    private static bool IsOfAnotherNotation(string path) => !path.Contains('"', StringComparison.Ordinal)
        && (path.StartsWith('/') || path.Split('.').Any(name => name == ">" || (name.EndsWith(']') && name.Contains('[', StringComparison.Ordinal))));

    private static string Known(IReadOnlyDictionary<string, IMergeRule> known) => known.Count == 0 ? ", and there are none" : $". There are {string.Join(", ", known.Keys)}";
}

using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Hosting.MergeRules;

namespace RealTimeActors.Hosting.Settings;

/// <summary>Reads <c>realtime.state</c>: what holds for the shared state of all channels, and the application's own conflict rules by class.</summary>
internal static class StateSettings
{
    private static readonly SortedDictionary<string, IMergeRule> _none = new(StringComparer.Ordinal);

    /// <summary>The rules that are configured by their classes, and those that the application adds in code.</summary>
    /// <param name="state">The section.</param>
    /// <param name="inCode">Those of the application.</param>
    internal static IReadOnlyDictionary<string, IMergeRule> ReadRules(KeyReader state, IReadOnlyDictionary<string, IMergeRule> inCode)
    {
        var classes = state.Section("rules");
        var loader = new MergeRuleLoader(state.OptionalText("rules-directory"));
        var names = classes.Names();
        if (names.Count == 0 && inCode.Count == 0)
            return _none;

        var rules = new SortedDictionary<string, IMergeRule>(StringComparer.Ordinal);
        foreach (var (name, rule) in inCode)
            rules.Add(name, rule);

        foreach (var name in names)
        {
            if (classes.OptionalText(name) is not { } type)
                classes.Problem(name, $"a class is expected, as {MergeRuleLoader.Example}; nothing came");
            else if (!ConflictRules.TryCreate($"custom:{name}", [], out _, out _))
                classes.Problem(name, "the name of a rule is expected to be up to 100 letters, digits, dots and - _");
            else if (!loader.TryLoad(type, out var rule, out var error))
                classes.Problem(name, error);
            else if (!rules.TryAdd(name, rule))
                classes.Problem(name, "another name is expected; the application adds a rule under this one in code");
        }

        return rules;
    }
}

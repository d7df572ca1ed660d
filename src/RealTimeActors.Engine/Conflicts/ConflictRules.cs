using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace RealTimeActors.Engine.Conflicts;

/// <summary>
/// Which rule decides where, in the values of one channel: a rule for everything, and rules for paths (<c>amount</c>, <c>address.city</c>, <c>votes.*</c>), each for what lies below its path, too. The
/// longest path counts, and of two that are equally long the one that names the earlier segment.
/// </summary>
public sealed class ConflictRules
{
    /// <summary>Paths that a channel's rules may name.</summary>
    public const int PathsMax = 200;

    private const string Heading = "rules 1";
    private const string DefaultWord = "default ";

    private ConflictRules(ConflictRule @default, IReadOnlyList<(RulePath Path, ConflictRule Rule)> fields)
    {
        All = [@default, .. fields.Select(field => field.Rule)];
        Root = RuleScope.Of(@default, fields);
        Text = string.Join('\n', [Heading, DefaultWord + @default.Name, .. fields.Select(field => $"{field.Rule.Name} {field.Path.Text}")]);
        Digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text)).AsSpan(0, 8));
        CustomRules = [.. All.Where(rule => rule.Custom is not null).Select(rule => rule.Custom!).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>last-write everywhere.</summary>
    public static ConflictRules Default { get; } = new(new ConflictRule(ConflictRuleKind.LastWrite), []);

    /// <summary>The rules in writing, always the same for the same rules: kept in the channel's log before the first event that they decided. Read back by <see cref="FromText"/>.</summary>
    public string Text { get; }

    /// <summary>The first 16 hexadecimal digits of the SHA-256 of <see cref="Text"/>.</summary>
    public string Digest { get; }

    /// <summary>The names of the custom rules that are used, in ordinal order.</summary>
    public IReadOnlyList<string> CustomRules { get; }

    internal IReadOnlyList<ConflictRule> All { get; }

    /// <summary>The rule at the root of a value, and the way to those below.</summary>
    internal RuleScope Root { get; }

    /// <summary>Whether some rule needs <c>ifVersion</c>.</summary>
    internal bool HasReject => All.Any(rule => rule.Kind == ConflictRuleKind.Reject);

    /// <summary>Makes rules of what the settings say.</summary>
    /// <param name="default">The rule where no path says otherwise; null: last-write.</param>
    /// <param name="fields">Paths and their rules, in any order.</param>
    /// <param name="rules">The rules; null where something is wrong.</param>
    /// <param name="error">What is wrong, with what was expected; null where nothing is.</param>
    public static bool TryCreate(string? @default, IEnumerable<KeyValuePair<string, string>> fields, [NotNullWhen(true)] out ConflictRules? rules,
        [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(fields);
        rules = null;
        if (!ConflictRule.TryParse(@default ?? "last-write", out var rule))
        {
            error = $"The rule '{@default}' is not known; {ConflictRule.Names} is expected.";
            return false;
        }

        var paths = new SortedDictionary<string, (RulePath Path, ConflictRule Rule)>(StringComparer.Ordinal);
        foreach (var (text, name) in fields)
        {
            if (!RulePath.TryParse(text, out var path, out error))
                return false;

            if (!ConflictRule.TryParse(name, out var atPath))
            {
                error = $"The rule '{name}' of the path '{text}' is not known; {ConflictRule.Names} is expected.";
                return false;
            }

            if (!paths.TryAdd(path.Text, (path, atPath)))
            {
                error = $"The path '{text}' has two rules; one is expected.";
                return false;
            }
        }

        if (paths.Count > PathsMax)
        {
            error = $"Rules for {paths.Count} paths came; {PathsMax} at most are expected. A * stands for any name of one segment.";
            return false;
        }

        var all = paths.Values.ToList();
        error = BelowCustom(rule, all);
        if (error is not null)
            return false;

        rules = new ConflictRules(rule, all);
        return true;
    }

    /// <summary>Reads <see cref="Text"/> back.</summary>
    /// <exception cref="InvalidDataException">It is no such text, or one of a later version.</exception>
    public static ConflictRules FromText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var lines = text.Split('\n');
        if (lines.Length < 2 || lines[0] != Heading || !lines[1].StartsWith(DefaultWord, StringComparison.Ordinal))
            throw Damaged(text, "it does not begin as such");

        var fields = lines.Skip(2).Select(line => line.IndexOf(' ') is > 0 and var space
            ? KeyValuePair.Create(line[(space + 1)..], line[..space])
            : throw Damaged(text, $"the line '{line}' has no path"));
        return TryCreate(lines[1][DefaultWord.Length..], fields, out var rules, out var error) && rules.Text == text
            ? rules
            : throw Damaged(text, error ?? "it is not in its canonical form");
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <summary>A custom rule decides its value as a whole: nothing below it can have a rule of its own.</summary>
    private static string? BelowCustom(ConflictRule @default, List<(RulePath Path, ConflictRule Rule)> fields)
    {
        foreach (var (path, _) in fields)
        {
            for (var length = 0; length < path.Segments.Count; length++)
            {
                var above = RuleScope.RuleOf(@default, fields, path.Segments, length);
                if (above.Kind == ConflictRuleKind.Custom)
                    return $"The path '{path.Text}' lies below '{RulePath.TextOf(path.Segments.Take(length))}', where {above.Name} decides the whole value; take one of them out.";
            }
        }

        return null;
    }

    private static InvalidDataException Damaged(string text, string why) =>
        new($"Stored conflict rules that begin with '{Heading}' are expected; '{(text.Length > 200 ? text[..200] : text)}' came: {why}.");
}

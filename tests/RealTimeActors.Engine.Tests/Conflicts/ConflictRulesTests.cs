using RealTimeActors.Engine.Conflicts;

namespace RealTimeActors.Engine.Tests.Conflicts;

public sealed class ConflictRulesTests
{
    [Theory]
    [InlineData("a", "max")]
    [InlineData("a.b", "min")]
    [InlineData("a.c", "sum")]
    [InlineData("x.b", "union")]
    [InlineData("x.b.deeper", "union")]
    [InlineData("a.c.deeper", "sum")]
    [InlineData("x.c", "last-write")]
    [InlineData("", "last-write")]
    [InlineData("dot.ted", "append")]
    public void The_longest_path_counts_and_a_name_before_a_star(string path, string expected)
    {
        var rules = StateScript.RulesOf("last-write", ("a", "max"), ("a.b", "min"), ("a.*", "sum"), ("*.b", "union"), ("\"dot.ted\"", "append"));

        var scope = rules.Root;
        string[] names = path == "dot.ted" ? [path] : path.Split('.', StringSplitOptions.RemoveEmptyEntries);
        foreach (var name in names)
            scope = scope.Of(System.Text.Encoding.UTF8.GetBytes(name));

        Assert.Equal(expected, scope.Rule.Name);
    }

    [Fact]
    public void The_text_is_the_same_for_the_same_rules_and_is_read_back()
    {
        var one = StateScript.RulesOf("max", ("b", "sum"), ("$.a.\"c\"", "custom:x"));
        var other = StateScript.RulesOf("max", ("a.c", "custom:x"), ("b", "sum"));

        Assert.Equal("rules 1\ndefault max\ncustom:x a.c\nsum b", one.Text);
        Assert.Equal((one.Text, one.Digest), (other.Text, other.Digest));
        Assert.Equal(one.Digest, ConflictRules.FromText(one.Text).Digest);
        Assert.Equal(["x"], one.CustomRules);
        Assert.Equal(16, one.Digest.Length);
        Assert.Equal("rules 1\ndefault last-write", ConflictRules.Default.Text);
    }

    [Theory]
    [InlineData("latest", null, null, "The rule 'latest' is not known; last-write, first-write, reject, max, min, sum, union, append or custom:<name> is expected.")]
    [InlineData(null, "a", "largest", "The rule 'largest' of the path 'a' is not known; last-write, first-write, reject, max, min, sum, union, append or custom:<name> is expected.")]
    [InlineData(null, "a..b", "max", "The path 'a..b' is none: names joined by dots are expected, * for any name of one segment, a name with other signs in quotes.")]
    [InlineData(null, "a*", "max", "The path 'a*' is none: names joined by dots are expected, * for any name of one segment, a name with other signs in quotes.")]
    [InlineData(null, "", "max", "The path '' is none: names joined by dots are expected, * for any name of one segment, a name with other signs in quotes.")]
    [InlineData(null, "\"a", "max", "The path '\"a' is none: names joined by dots are expected, * for any name of one segment, a name with other signs in quotes.")]
    [InlineData("custom:x", "a", "max", "The path 'a' lies below '', where custom:x decides the whole value; take one of them out.")]
    public void Says_what_is_wrong_with_the_settings(string? @default, string? path, string? rule, string message)
    {
        var fields = path is null ? [] : new[] { KeyValuePair.Create(path, rule!) };

        Assert.False(ConflictRules.TryCreate(@default, fields, out _, out var error));
        Assert.Equal(message, error);
    }

    [Fact]
    public void Nothing_lies_below_a_custom_rule_and_no_path_stands_twice()
    {
        Assert.False(ConflictRules.TryCreate(null, [KeyValuePair.Create("a", "custom:x"), KeyValuePair.Create("a.b", "max")], out _, out var below));
        Assert.False(ConflictRules.TryCreate(null, [KeyValuePair.Create("*", "custom:x"), KeyValuePair.Create("a.b.c", "max")], out _, out var belowStar));
        Assert.False(ConflictRules.TryCreate(null, [KeyValuePair.Create("a", "min"), KeyValuePair.Create("\"a\"", "max")], out _, out var twice));
        Assert.True(ConflictRules.TryCreate(null, [KeyValuePair.Create("*", "custom:x"), KeyValuePair.Create("a", "min"), KeyValuePair.Create("a.b", "max")], out _, out _));

        Assert.Equal("The path 'a.b' lies below 'a', where custom:x decides the whole value; take one of them out.", below);
        Assert.Equal("The path 'a.b.c' lies below 'a', where custom:x decides the whole value; take one of them out.", belowStar);
        Assert.Equal("The path '\"a\"' has two rules; one is expected.", twice);
    }

    [Theory]
    [InlineData("rules 2\ndefault max")]
    [InlineData("rules 1\ndefault max\nsum b\nsum a")]
    [InlineData("")]
    public void A_text_that_is_not_ours_is_said_to_be_so(string text) => Assert.Throws<InvalidDataException>(() => ConflictRules.FromText(text));
}

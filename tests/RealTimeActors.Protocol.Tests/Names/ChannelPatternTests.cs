using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Protocol.Tests.Names;

public class ChannelPatternTests
{
    [Theory]
    [InlineData("a.b", "a.b", true)]
    [InlineData("a.b", "a.b.c", false)]
    [InlineData("a.b.c", "a.b", false)]
    [InlineData("a.*", "a.b", true)]
    [InlineData("a.*", "a", false)]
    [InlineData("a.*", "a.b.c", false)]
    [InlineData("*.b", "a.b", true)]
    [InlineData("*", "a", true)]
    [InlineData("*", "a.b", false)]
    [InlineData("a.>", "a.b", true)]
    [InlineData("a.>", "a.b:c.d", true)]
    [InlineData("a.>", "a", false)]
    [InlineData("a.>", "ab.c", false)]
    [InlineData("a.>", "a:b", false)]
    [InlineData("a:*.c", "a:b.c", true)]
    [InlineData("a:*.c", "a:b:c", false)]
    [InlineData(">", "a.b.c", true)]
    [InlineData(">", "$dlq.a", false)]
    [InlineData("*.a", "$dlq.a", false)]
    [InlineData("$dlq.>", "$dlq.a.b", true)]
    public void Matches_segment_by_segment(string pattern, string name, bool isMeant)
        => Assert.Equal(isMeant, ChannelPattern.Parse(pattern).Matches(ChannelName.Parse(name)));

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("a.")]
    [InlineData(".a")]
    [InlineData("a..b")]
    [InlineData("a*.b")]
    [InlineData(">.b")]
    [InlineData("a.>b")]
    [InlineData("a b")]
    public void Refuses_what_is_no_pattern_and_says_why(string? text)
    {
        Assert.False(ChannelPattern.TryParse(text, out _, out var error));

        Assert.NotEmpty(error);
    }

    [Fact]
    public void The_most_specific_pattern_comes_first()
    {
        var patterns = new[] { ">", "a.>", "*.b", "a.*", "a.b", "a.b.>", "*", "a.*.c" }.Select(ChannelPattern.Parse).Order().Select(p => p.Text);

        Assert.Equal(["a.b.>", "a.b", "a.*.c", "a.*", "a.>", "*.b", "*", ">"], patterns);
    }

    [Theory]
    [InlineData("a.*", true)]
    [InlineData(">", true)]
    [InlineData("a.b", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Tells_a_pattern_from_a_name(string? text, bool isPattern) => Assert.Equal(isPattern, ChannelPattern.IsPattern(text));

    [Fact]
    public void Covers_and_overlaps_agree_with_what_the_patterns_mean()
    {
        string[] segments = ["a", "b", "*"];
        var texts = segments.Concat(segments.SelectMany(first => segments.Select(second => $"{first}.{second}"))).Concat(segments.SelectMany(first => segments.Select(second => $"{first}:{second}"))).ToArray();
        ChannelPattern[] patterns = [.. texts.SelectMany(text => new[] { text, text + ".>", text + ":>" }).Concat([">", "$a", "$a.>", "$a.*"]).Select(ChannelPattern.Parse)];
        var letters = new[] { "a", "b", "c" };
        var names = letters.ToList();
        for (var depth = 1; depth < 4; depth++)
            names.AddRange(names.Where(name => name.Count(c => c is '.' or ':') == depth - 1).SelectMany(name => letters.SelectMany(letter => new[] { $"{name}.{letter}", $"{name}:{letter}" })).ToArray());

        ChannelName[] channels = [.. names.Concat(["$a", "$a.b", "$a.b.c", "$a:b"]).Select(ChannelName.Parse)];
        var meant = patterns.ToDictionary(pattern => pattern, pattern => channels.Where(pattern.Matches).ToHashSet());

        foreach (var one in patterns)
        {
            foreach (var other in patterns)
            {
                Assert.True(meant[other].IsSubsetOf(meant[one]) == one.Covers(other), $"{one} covers {other}: {one.Covers(other)}");
                Assert.True(meant[other].Overlaps(meant[one]) == one.Overlaps(other), $"{one} overlaps {other}: {one.Overlaps(other)}");
            }
        }
    }
}

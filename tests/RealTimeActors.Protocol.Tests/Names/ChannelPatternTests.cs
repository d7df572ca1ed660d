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
}

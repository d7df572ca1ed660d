using RealTimeActors.Engine.Patterns;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Tests.Patterns;

public sealed class PatternIndexTests
{
    private static readonly string[] _segments = ["a", "b", "*"];
    private static readonly string[] _separators = [".", ":"];

    [Fact]
    public void Finds_the_patterns_that_mean_a_channel_and_no_others()
    {
        var patterns = Every(3, _segments).SelectMany(text => new[] { text, text + ".>", text + ":>" }).Append(">").Append("$a.*").Append("$a.>").Select(ChannelPattern.Parse).ToArray();
        var index = new PatternIndex<ChannelPattern>();
        foreach (var pattern in patterns)
            index.Add(pattern, pattern);

        foreach (var name in Every(4, ["a", "b", "c"]).Append("$a.b").Append("$a.b.c").Select(ChannelName.Parse))
            Assert.Equal(patterns.Where(pattern => pattern.Matches(name)).Order(), Found(index, name));
    }

    [Fact]
    public void Forgets_what_was_taken_out_and_keeps_what_stands_beside_it()
    {
        var index = new PatternIndex<object>();
        var (one, other, third) = (new object(), new object(), new object());
        index.Add(ChannelPattern.Parse("a.*"), one);
        index.Add(ChannelPattern.Parse("a.*"), other);
        index.Add(ChannelPattern.Parse("a.*.c"), third);

        index.Remove(ChannelPattern.Parse("a.*"), one);
        index.Remove(ChannelPattern.Parse("a.*.c"), third);
        index.Remove(ChannelPattern.Parse("nobody.*"), third);

        var found = new List<object>();
        index.Find(ChannelName.Parse("a.b"), found);
        index.Find(ChannelName.Parse("a.b.c"), found);
        Assert.Equal([other], found);
        index.Remove(ChannelPattern.Parse("a.*"), other);
        Assert.True(index.IsEmpty);
    }

    private static IEnumerable<ChannelPattern> Found(PatternIndex<ChannelPattern> index, ChannelName name)
    {
        var found = new List<ChannelPattern>();
        index.Find(name, found);
        return found.Order();
    }

    private static IEnumerable<string> Every(int depth, string[] segments)
    {
        var texts = segments.AsEnumerable();
        for (var i = 1; i < depth; i++)
            texts = texts.Concat(texts.Where(text => text.Count(c => c is '.' or ':') == i - 1).SelectMany(text => _separators.SelectMany(separator => segments.Select(segment => text + separator + segment)))).ToArray();

        return texts;
    }
}

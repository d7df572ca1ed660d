using FsCheck;
using FsCheck.Fluent;
using RealTimeActors.Engine.Patterns;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Tests.Patterns;

public sealed class ChannelNamesTests
{
    private static readonly Gen<string> _segment = Gen.Elements("a", "b", "a-b", "ab", "A", "9", "emotion");
    private static readonly Gen<string> _wild = Gen.Frequency((3, _segment), (2, Gen.Constant("*")));
    private static readonly Gen<string> _separator = Gen.Frequency((4, Gen.Constant(".")), (1, Gen.Constant(":")));

    private static readonly Gen<string> _name =
        from start in Gen.Frequency((6, Gen.Constant("")), (1, Gen.Constant("$")))
        from path in Path(_segment)
        select start + path;

    private static readonly Gen<string> _pattern =
        from start in Gen.Frequency((6, Gen.Constant("")), (1, Gen.Constant("$a.")))
        from path in Path(_wild)
        from end in Gen.Frequency((2, Gen.Constant("")), (1, Gen.Constant(".>")), (1, Gen.Constant(":>")))
        select start + path + end;

    private static Gen<string> Path(Gen<string> segment) =>
        from count in Gen.Choose(1, 4)
        from segments in segment.ListOf(count)
        from separators in _separator.ListOf(count)
        select string.Concat(segments.Select((text, i) => i == 0 ? text : separators[i] + text));

    [Fact]
    public void Pages_hold_what_the_pattern_means_in_order_and_nothing_else_whatever_their_size() => Prop.ForAll(
        _name.ListOf(40).ToArbitrary(),
        _pattern.Or(Gen.Constant(">")).ToArbitrary(),
        Gen.Choose(1, 5).ToArbitrary(),
        (texts, text, limit) =>
        {
            var pattern = ChannelPattern.Parse(text);
            var names = Of(texts.Distinct());
            var expected = texts.Distinct().Where(name => pattern.Matches(ChannelName.Parse(name))).Order(StringComparer.Ordinal);

            Assert.Equal(expected, All(names, pattern, limit, looksMax: 3));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3_000));

    [Fact]
    public void What_lies_between_is_leapt_over()
    {
        var names = Of(Enumerable.Range(0, 100).SelectMany(session => Enumerable.Range(0, 100).Select(kind => $"session.{session}.k{kind}")).Append("session.7.emotion"));

        var found = names.Page(ChannelPattern.Parse("session.*.emotion"), "", 10, looksMax: 250, out var next);

        Assert.Equal(["session.7.emotion"], found.Select(entry => entry.Name));
        Assert.Null(next);
    }

    [Fact]
    public void A_prefix_is_gone_to_at_once()
    {
        var names = Of(Enumerable.Range(0, 1_000).Select(i => $"a{i}.x").Concat(["funding.1", "funding.2"]));

        Assert.Equal(["funding.1", "funding.2"], names.Page(ChannelPattern.Parse("funding.>"), "", 10, looksMax: 5, out _).Select(entry => entry.Name));
    }

    private static ChannelNames Of(IEnumerable<string> texts)
    {
        var names = new ChannelNames();
        foreach (var text in texts)
            names.Add(new ChannelEntry(text));

        return names;
    }

    private static List<string> All(ChannelNames names, ChannelPattern pattern, int limit, int looksMax)
    {
        var all = new List<string>();
        string? from = "";
        while (from is not null)
            all.AddRange(names.Page(pattern, from, limit, looksMax, out from).Select(entry => entry.Name));

        return all;
    }
}

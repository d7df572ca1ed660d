using RealTimeActors.Engine.Channels;

namespace RealTimeActors.Engine.Tests.Channels;

public sealed class RetentionMarksTests
{
    private readonly RetentionMarks _marks = new();

    [Fact]
    public void Without_a_rule_everything_stays()
    {
        Fill(10);

        Assert.Equal(1, _marks.First(RetentionRule.Unbounded, head: 10, nowUnixMs: 1_000_000));
    }

    [Fact]
    public void Count_keeps_exactly_the_newest()
    {
        Fill(10);

        Assert.Equal(8, _marks.First(new RetentionRule { Count = 3 }, head: 10, nowUnixMs: 0));
        Assert.Equal(1, _marks.First(new RetentionRule { Count = 30 }, head: 10, nowUnixMs: 0));
    }

    [Fact]
    public void Age_lets_go_what_is_older()
    {
        Fill(10);

        Assert.Equal(6, _marks.First(new RetentionRule { Age = TimeSpan.FromMilliseconds(500) }, head: 10, nowUnixMs: 1_000));
        Assert.Equal(11, _marks.First(new RetentionRule { Age = TimeSpan.FromMilliseconds(500) }, head: 10, nowUnixMs: 5_000));
    }

    [Fact]
    public void Bytes_keep_the_newest_that_fit()
    {
        Fill(10);

        Assert.Equal(8, _marks.First(new RetentionRule { Bytes = 30 }, head: 10, nowUnixMs: 0));
        Assert.Equal(8, _marks.First(new RetentionRule { Bytes = 39 }, head: 10, nowUnixMs: 0));
    }

    [Fact]
    public void The_strictest_rule_counts()
    {
        Fill(10);

        Assert.Equal(9, _marks.First(new RetentionRule { Count = 2, Bytes = 50, Age = TimeSpan.FromMilliseconds(500) }, head: 10, nowUnixMs: 1_000));
    }

    [Fact]
    public void A_long_log_has_few_marks_and_is_obeyed_to_about_a_thousandth()
    {
        Fill(100_000);

        Assert.InRange(_marks.Marks.Count, 1, RetentionMarks.MarksMax);
        Assert.InRange(_marks.First(new RetentionRule { Bytes = 500_000 }, head: 100_000, nowUnixMs: 0), 50_001, 50_001 + 400);
    }

    [Fact]
    public void What_is_trimmed_is_forgotten()
    {
        Fill(10);

        _marks.TrimBefore(6);

        Assert.Equal(6, _marks.Marks[0].Offset);
        Assert.Equal(8, _marks.First(new RetentionRule { Bytes = 30 }, head: 10, nowUnixMs: 0));
    }

    private void Fill(int count)
    {
        for (var offset = 1; offset <= count; offset++)
            _marks.Add(offset, timeUnixMs: offset * 100, bytes: 10);
    }
}

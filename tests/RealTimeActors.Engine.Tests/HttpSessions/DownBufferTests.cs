using System.Text;
using RealTimeActors.Engine.HttpSessions;

namespace RealTimeActors.Engine.Tests.HttpSessions;

public sealed class DownBufferTests
{
    private readonly DownBuffer _buffer = new(waitingBytesMax: 20, keptMax: 3, keptBytesMax: 30);

    [Fact]
    public void What_waits_becomes_one_batch_when_it_is_fetched()
    {
        Take("one\n");
        Take("two\n");

        Assert.Equal("one\ntwo\n", Next(0));
        Assert.Null(Next(1));
    }

    [Fact]
    public void A_batch_that_was_fetched_comes_again_as_it_was_whatever_came_since()
    {
        Take("one\n");
        Next(0);
        Take("two\n");

        Assert.Equal("one\n", Next(0));
        Assert.Equal("two\n", Next(1));
    }

    [Fact]
    public void Takes_whole_lines_up_to_its_bound_and_says_how_much_that_was()
    {
        Assert.Equal(16, Take("1234567\n1234567\n1234567\n"));
        Assert.Equal(0, Take("1234567890\n", waitingMax: 10));
        Assert.Equal("1234567\n1234567\n", Next(0));
        Assert.Equal(8, Take("1234567\n"));
    }

    [Fact]
    public void A_line_that_is_longer_than_the_bound_gets_through_alone()
    {
        var line = new string('x', 50) + "\n";

        Assert.Equal(51, Take(line + "next\n"));
        Assert.Equal(0, Take("next\n"));
        Assert.Equal(line, Next(0));
    }

    [Fact]
    public void Half_a_line_waits_for_its_other_half()
    {
        Take("one\ntw");

        Assert.Equal("one\n", Next(0));
        Assert.Null(Next(1));
        Take("o\n");
        Assert.Equal("two\n", Next(1));
    }

    [Fact]
    public void Only_the_newest_batches_are_kept_by_count_and_by_bytes()
    {
        for (var i = 0; i < 4; i++)
        {
            Take("a\n");
            Next(i);
        }

        Assert.Equal((1, false, true), (_buffer.ForgottenTo, _buffer.CanFollow(0), _buffer.CanFollow(1)));
        Take("1234567890123456789\n");
        Next(4);
        Take("1234567890123456789\n");
        Next(5);
        Assert.Equal((5, false, true), (_buffer.ForgottenTo, _buffer.CanFollow(4), _buffer.CanFollow(5)));
    }

    [Fact]
    public void What_arrived_is_forgotten_and_what_was_never_given_cannot_be_followed()
    {
        Take("a\n");
        Next(0);
        _buffer.Forget(1);

        Assert.Equal((false, true, false), (_buffer.CanFollow(0), _buffer.CanFollow(1), _buffer.CanFollow(2)));
    }

    [Fact]
    public void Remembers_when_its_oldest_batch_was_fetched()
    {
        Take("a\n");
        _buffer.Next(0, now: 5);
        Take("b\n");
        _buffer.Next(1, now: 7);

        Assert.Equal(5, _buffer.OldestFetchedAt);
        _buffer.ForgetOldest();
        Assert.Equal((7, 1), (_buffer.OldestFetchedAt, _buffer.ForgottenTo));
        _buffer.ForgetOldest();
        Assert.Null(_buffer.OldestFetchedAt);
    }

    [Fact]
    public void The_last_line_gets_through_whatever_waits_and_half_a_line_before_it_does_not()
    {
        Take("1234567\n1234567\nhal");
        _buffer.AppendLast("close\n"u8);

        Assert.Equal("1234567\n1234567\nclose\n", Next(0));
    }

    private int Take(string text, int waitingMax = int.MaxValue) => _buffer.Take(Encoding.UTF8.GetBytes(text), waitingMax);

    private string? Next(long after) => _buffer.Next(after) is { } batch ? Encoding.UTF8.GetString(batch.Lines.Span) : null;
}

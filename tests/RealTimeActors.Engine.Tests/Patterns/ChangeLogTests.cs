using RealTimeActors.Engine.Patterns;

namespace RealTimeActors.Engine.Tests.Patterns;

public sealed class ChangeLogTests
{
    private readonly ChangeLog _log = new();

    [Fact]
    public void Tells_what_changed_since_a_position_each_channel_once_at_its_last_change()
    {
        var (a, b, c) = (new ChannelEntry("a"), new ChannelEntry("b"), new ChannelEntry("c"));
        foreach (var entry in new[] { a, b, a, c })
            _log.Add(entry);

        Assert.Equal([a, c], _log.Since(2, 100, out var upTo));
        Assert.Equal(4, upTo);
        Assert.Equal([b, a, c], _log.Since(0, 100, out _));
        Assert.Empty(_log.Since(4, 100, out _));
    }

    [Fact]
    public void A_page_says_how_far_it_reaches()
    {
        var entries = Enumerable.Range(0, 10).Select(i => new ChannelEntry($"{i}")).ToArray();
        foreach (var entry in entries)
            _log.Add(entry);

        Assert.Equal(entries[..4], _log.Since(0, 4, out var upTo));
        Assert.Equal(entries[4..], _log.Since(upTo, 100, out _));
    }

    [Fact]
    public void Does_not_grow_with_what_changes_again_and_again()
    {
        var entry = new ChannelEntry("a");
        for (var i = 0; i < 100_000; i++)
            _log.Add(entry);

        // Looks are counted: in a list of all changes this many would not reach the end.
        Assert.Equal([entry], _log.Since(0, 2_000, out var upTo));
        Assert.Equal(100_000, upTo);
    }

    [Fact]
    public void Forgets_a_channel_that_has_ended()
    {
        var (a, b) = (new ChannelEntry("a"), new ChannelEntry("b"));
        _log.Add(a);
        _log.Add(b);

        _log.Forget(a);

        Assert.Equal([b], _log.Since(0, 100, out _));
    }
}

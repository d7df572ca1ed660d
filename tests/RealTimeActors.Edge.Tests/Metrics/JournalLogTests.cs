using RealTimeActors.Edge.Tests.Support;
using RealTimeActors.Hosting.Telemetry;
using RealTimeActors.TestKit.Dispatch;

namespace RealTimeActors.Edge.Tests.Metrics;

/// <summary>What the log says of a journal that cannot be written: when it began, why, and when it was over, however many publishes were refused meanwhile.</summary>
public sealed class JournalLogTests : IAsyncDisposable
{
    private readonly SimulatedWorld _world = new(seed: 1);
    private readonly LogCapture _lines = new();
    private readonly JournalLog _log;
    private string? _down;

    public JournalLogTests() => _log = new JournalLog(() => _down, _lines.For<JournalLogTests>(), _world.Time);

    public ValueTask DisposeAsync() => _log.DisposeAsync();

    [Fact]
    public void One_line_says_that_it_began_and_why_and_one_that_it_is_over_and_how_long_it_took()
    {
        _world.Advance(TimeSpan.FromMinutes(5));
        Assert.Empty(_lines.Lines);

        _down = "The disk is full.";
        _world.Advance(TimeSpan.FromSeconds(1));
        Assert.EndsWith("What is published cannot be stored, and is refused: The disk is full.", Assert.Single(_lines.Lines).TrimEnd(), StringComparison.Ordinal);

        _world.Advance(TimeSpan.FromMinutes(5));
        Assert.Single(_lines.Lines);

        _down = null;
        _world.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(2, _lines.Lines.Count);
        Assert.EndsWith("What is published is stored again, after 301 s", _lines.Lines[1].TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void While_it_comes_and_goes_it_is_one_line()
    {
        for (var second = 0; second < 60; second++)
        {
            _down = second % 4 == 0 ? "The disk is full." : null;
            _world.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Single(_lines.Lines);
        _world.Advance(TimeSpan.FromSeconds(10));
        Assert.EndsWith("What is published is stored again, after 57 s", _lines.Lines[^1].TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_was_disposed_of_says_nothing_more()
    {
        await _log.DisposeAsync();
        _down = "The disk is full.";
        _world.Advance(TimeSpan.FromMinutes(1));

        Assert.Empty(_lines.Lines);
    }
}

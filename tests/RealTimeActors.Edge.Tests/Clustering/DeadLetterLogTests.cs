using RealTimeActors.Actors;
using RealTimeActors.Edge.Tests.Support;
using RealTimeActors.Hosting.Telemetry;
using RealTimeActors.TestKit.Dispatch;

namespace RealTimeActors.Edge.Tests.Clustering;

/// <summary>Messages that nobody took: where a link breaks there are thousands, and the log has room for a few lines.</summary>
public sealed class DeadLetterLogTests : IDisposable
{
    private static readonly TimeSpan _while = TimeSpan.FromSeconds(10);
    private readonly SimulatedWorld _world = new(seed: 1);
    private readonly LogCapture _lines = new();
    private readonly DeadLetterLog _log;
    private readonly IActorRef<object> _gone;

    public DeadLetterLogTests()
    {
        _log = new DeadLetterLog(_world.System, _lines.For<DeadLetterLogTests>(), _world.Time);
        _gone = _world.System.Spawn("gone", () => new Nobody());
        _world.System.Stop(_gone);
        _world.RunUntilIdle();
    }

    public void Dispose() => _log.Dispose();

    [Fact]
    public void One_is_said_at_once_with_everything_about_it()
    {
        Bury("text");

        Assert.EndsWith("A message was not taken by /gone: Stopped (String)", Assert.Single(_lines.Lines).TrimEnd(), StringComparison.Ordinal);
        _world.Advance(_while * 3);
        Assert.Single(_lines.Lines);
    }

    [Fact]
    public void Those_that_follow_are_one_line_in_a_while()
    {
        for (var i = 0; i < 5_000; i++)
            Bury(i % 5 == 0 ? "text" : new Version(1, 0));

        Assert.Single(_lines.Lines);
        _world.Advance(_while);

        Assert.Equal(2, _lines.Lines.Count);
        Assert.EndsWith("4999 more messages were not taken within 10 s: 4000 x Version (Stopped), the first to /gone, 999 x String (Stopped), the first to /gone", _lines.Lines[1].TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void While_it_goes_on_there_is_one_line_in_each_while_and_after_quiet_the_first_is_said_at_once_again()
    {
        for (var i = 0; i < 30; i++)
        {
            Bury("text");
            _world.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(4, _lines.Lines.Count);
        _world.Advance(_while * 2);
        var before = _lines.Lines.Count;
        Bury("text");

        Assert.Equal(before + 1, _lines.Lines.Count);
        Assert.Contains("A message was not taken by /gone", _lines.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Many_kinds_do_not_make_a_long_line()
    {
        object[] kinds = ["", 1, 2L, 3.0, 4f, 5m, 'c', (byte)1, (short)2, new Version(1, 0), Guid.Empty, new object()];
        foreach (var kind in (object[])["first", .. kinds])
            Bury(kind);

        _world.Advance(_while);

        Assert.Contains("12 more messages", _lines.Lines[1], StringComparison.Ordinal);
        Assert.EndsWith(", and 4 of other kinds", _lines.Lines[1].TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_not_said_yet_is_said_at_the_end()
    {
        Bury("text");
        Bury("text");

        _log.Dispose();

        Assert.Contains("1 more messages were not taken", _lines.Lines[^1], StringComparison.Ordinal);
    }

    private void Bury(object message)
    {
        _gone.Tell(message);
        _world.RunUntilIdle();
    }

    private sealed class Nobody : Actor<object>
    {
        protected override void Receive(object message)
        {
        }
    }
}

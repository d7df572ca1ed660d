using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Connections;
using RealTimeActors.Engine.Sessions;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.Connections;

public sealed class AckWatchesTests
{
    private readonly AckWatches _watches = new();
    private readonly List<AwaitedAck> _counted = [];

    [Fact]
    public void All_acks_of_a_run_are_one_report()
    {
        Begin(offset: 5, count: 0, sessions: 30);

        Assert.False(Ack("s-0"));
        Assert.Empty(_watches.TakeReports());
        for (var i = 1; i < 30; i++)
            Ack($"s-{i}");

        Assert.Equal((5L, 30, 30, AckStage.Moved), Assert.Single(_watches.TakeReports()) is var report ? (report.Offset, report.Acked, report.Of, report.Stage) : default);
        Assert.True(_watches.IsEmpty);
    }

    [Fact]
    public void Where_some_are_enough_each_run_tells_how_many_there_are()
    {
        Begin(offset: 5, count: 2, sessions: 3);

        Assert.True(Ack("s-0"));

        Assert.Equal((1, 3), Assert.Single(_watches.TakeReports()) is var report ? (report.Acked, report.Of) : default);
        Assert.Empty(_watches.TakeReports());
    }

    [Fact]
    public void An_ack_of_another_life_of_the_log_means_nothing()
    {
        Begin(offset: 5, count: 0, sessions: 1);

        Assert.False(_watches.Acked("s-0", "another", 9, [], countsLate: false, _counted));
    }

    [Fact]
    public void Of_an_array_every_event_must_be_acked()
    {
        var watch = _watches.Begin("k1", new Watched(3, 5, 0, 1_000));
        watch.Count("s-0", null);

        Assert.False(_watches.Acked("s-0", "k1", 0, [new OffsetRange(4, 5)], countsLate: false, _counted));
        Assert.True(_watches.Acked("s-0", "k1", 3, [new OffsetRange(4, 5)], countsLate: false, _counted));
    }

    [Fact]
    public void The_last_word_names_who_is_missing_in_the_order_of_their_names()
    {
        Begin(offset: 5, count: 0, sessions: 3);
        Ack("s-1");

        var last = _watches.End("k1", 5, namesMax: 100)!;

        Assert.Equal((1, 3), (last.Acked, last.Of));
        Assert.Equal(["s-0", "s-2"], last.Missing.Select(member => member.Session));
        Assert.Null(_watches.End("k1", 5, namesMax: 100));
    }

    [Fact]
    public void An_ack_says_for_whom_it_counted()
    {
        Begin(offset: 5, count: 0, sessions: 2);

        Ack("s-0");
        Ack("s-0");
        Ack("s-7");

        Assert.Equal([new AwaitedAck("k1", new OffsetRange(5, 5), 1_000)], _counted);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Who_is_counted_elsewhere_is_neither_waited_for_nor_among_those_who_acked(bool hasAcked)
    {
        Begin(offset: 5, count: 2, sessions: 2);
        if (hasAcked)
            Ack("s-0");

        Assert.True(_watches.CountedElsewhere("s-0", "k1", new OffsetRange(5, 5)));
        Ack("s-0");

        Assert.Equal((0, 1), Assert.Single(_watches.TakeReports()) is var report ? (report.Acked, report.Of) : default);
        Assert.False(_watches.CountedElsewhere("s-1", "another", new OffsetRange(5, 5)));
    }

    [Fact]
    public void Who_is_counted_elsewhere_is_taken_out_also_where_nobody_is_waited_for_any_more()
    {
        Begin(offset: 5, count: 0, sessions: 1);
        Ack("s-0");
        _watches.TakeReports();
        Assert.True(_watches.IsEmpty);
        Assert.Equal(_counted, _watches.CountedFor("s-0"));

        Assert.True(_watches.CountedElsewhere("s-0", "k1", new OffsetRange(5, 5)));

        Assert.Equal((0, 0), Assert.Single(_watches.TakeReports()) is var report ? (report.Acked, report.Of) : default);
        Assert.Empty(_watches.CountedFor("s-0"));
    }

    [Fact]
    public void Of_watches_that_are_done_so_many_sessions_are_remembered_and_only_while_the_publisher_waits()
    {
        const int Sessions = AckWatches.KeptSessionsMax / 2;
        for (var offset = 5; offset <= 7; offset++)
        {
            Begin(offset, count: 0, Sessions);
            for (var i = 0; i < Sessions; i++)
                Ack($"s-{i}", offset);

            _watches.TakeReports();
        }

        Assert.Equal([6, 7], _watches.CountedFor("s-0").Select(counted => counted.Range.To));
        _watches.Expire(1_001);
        Assert.Empty(_watches.CountedFor("s-0"));
    }

    [Fact]
    public void A_watch_that_is_begun_again_when_it_is_done_keeps_who_acked()
    {
        Begin(offset: 5, count: 0, sessions: 2);
        Ack("s-0");
        Ack("s-1");
        _watches.TakeReports();

        var again = _watches.Begin("k1", new Watched(5, 5, 0, 1_000));
        again.Count("s-2", null);

        Assert.Equal((2, 3), again.Report(AckStage.Patterns) is var report ? (report.Acked, report.Of) : default);
        Assert.True(Ack("s-2"));
    }

    [Fact]
    public void What_nobody_ends_goes_by_itself()
    {
        Begin(offset: 5, count: 0, sessions: 1);

        _watches.Expire(100_000);

        Assert.True(_watches.IsEmpty);
    }

    private void Begin(long offset, long count, int sessions)
    {
        var watch = _watches.Begin("k1", new Watched(offset, offset, count, 1_000));
        for (var i = 0; i < sessions; i++)
            watch.Count($"s-{i}", null);
    }

    private bool Ack(string session, long offset = 5) => _watches.Acked(session, "k1", offset, [], countsLate: false, _counted);
}

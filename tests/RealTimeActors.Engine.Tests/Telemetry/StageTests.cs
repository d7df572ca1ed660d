using RealTimeActors.Engine.Telemetry;
using RealTimeActors.Engine.Tests.Harness;

namespace RealTimeActors.Engine.Tests.Telemetry;

public sealed class StageTests : IDisposable
{
    private static readonly TimeSpan _flush = TimeSpan.FromMilliseconds(40);
    private readonly MeterProbe _figures = new();
    private readonly Book _book = new();

    public void Dispose() => _figures.Dispose();

    [Fact]
    public void Each_stage_takes_what_time_says_it_took()
    {
        var node = SlowNode();
        var reader = node.Connect().Send("""{"id":2,"subscribe":{"channel":"a"}}""");
        var writer = node.Connect();

        writer.Send("""{"id":3,"publish":{"channel":"a","type":"t","data":1}}""");

        Assert.Single(reader.Offsets);
        Assert.Equal([0.0], _figures.Times("realtime.stage.duration stage=decide"));
        Assert.Equal([_flush.TotalSeconds], _figures.Times("realtime.stage.duration stage=persist"));
        Assert.Equal([0.0], _figures.Times("realtime.stage.duration stage=fan_out"));
        Assert.Equal([0.0], _figures.Times("realtime.stage.duration stage=write"));
        Assert.Equal([_flush.TotalSeconds], _figures.Times("realtime.publish.duration transport=websocket"));
    }

    [Fact]
    public void A_run_of_many_events_is_measured_once_not_once_per_event()
    {
        var node = SlowNode();
        var writer = node.Connect();

        writer.Send(string.Join('\n', Enumerable.Range(3, 50).Select(id => $$$"""{"id":{{{id}}},"publish":{"channel":"a","type":"t","data":1}}""")));

        // How long a run is, is for the dispatcher to say; here it draws it.
        Assert.InRange(_figures.Times("realtime.stage.duration stage=decide").Count, 1, 25);
        Assert.InRange(_figures.Times("realtime.stage.duration stage=persist").Count, 1, 25);
        Assert.InRange(_figures.Times("realtime.publish.duration transport=websocket").Count, 1, 25);
    }

    [Fact]
    public void A_request_that_is_followed_tells_how_far_it_came()
    {
        var node = new TestNode(traces: _book);
        var reader = node.Connect();
        reader.Send("""{"id":2,"subscribe":{"channel":"a"}}""");
        node.Connect().Send("""{"id":3,"publish":{"channel":"a","type":"t","data":1}}""").Send("""{"id":4,"publish":{"channel":"$a","type":"t","data":1}}""");

        Assert.Equal(
            ["connect: ended", "subscribe a: ended", "connect: ended", "publish a: decided, durable, fanned out, ended"], _book.Pages.Take(4).Select(page => page.ToString()));
    }

    [Fact]
    public void A_request_that_is_refused_says_why()
    {
        var node = new TestNode(traces: _book);
        const string Publish = """{"id":3,"publish":{"channel":"a","type":"t","data":DATA,"producer":{"id":"p","sequence":1}}}""";

        node.Connect().Send(Publish.Replace("DATA", "1", StringComparison.Ordinal)).Send(Publish.Replace("DATA", "2", StringComparison.Ordinal));

        Assert.Equal("publish a: conflict, ended", _book.Pages[^1].ToString());
    }

    private TestNode SlowNode()
    {
        var node = new TestNode(meters: _figures.Meters);
        var faults = node.Disk.Faults;
        faults.FlushMin = faults.FlushMax = _flush;
        faults.AnswerMax = TimeSpan.Zero;
        return node;
    }

    private sealed class Book : ITraces
    {
        internal List<Page> Pages { get; } = [];

        public ITrace? Begin(string what, string? channel)
        {
            Pages.Add(new Page(channel is null ? what : $"{what} {channel}"));
            return Pages[^1];
        }
    }

    private sealed class Page(string title) : ITrace
    {
        private readonly List<string> _marks = [];
        private bool _ended;

        public void Mark(string what) => _marks.Add(what);

        public void End(string? error)
        {
            if (!_ended)
                _marks.AddRange(error is null ? ["ended"] : [error, "ended"]);

            _ended = true;
        }

        public override string ToString() => $"{title}: {string.Join(", ", _marks)}";
    }
}

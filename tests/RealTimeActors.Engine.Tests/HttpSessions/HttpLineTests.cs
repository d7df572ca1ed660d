using System.Text;
using RealTimeActors.Engine.Connections;
using RealTimeActors.Engine.HttpSessions;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.TestKit.Time;

namespace RealTimeActors.Engine.Tests.HttpSessions;

public sealed class HttpLineTests
{
    private readonly VirtualTime _time = new();
    private readonly Core _core = new();
    private readonly HttpLine _line;

    public HttpLineTests() => _line = Line(new HttpLineOptions { DownStreamWithin = TimeSpan.FromSeconds(10), BatchesKeptFor = TimeSpan.FromSeconds(5) });

    [Fact]
    public void Takes_no_65th_request_while_64_are_not_answered_and_the_next_one_when_one_is()
    {
        Request[] asking = [.. Enumerable.Range(1, 64).Select(Ask)];

        var refused = _line.Begin(new Request(), [new ClientFrame.Ping { Id = 65 }], 10);
        _line.Answer(new ServerFrame.Pong { Id = 1 });
        _line.Finish(asking[0]);
        var taken = _line.Begin(new Request(), [new ClientFrame.Ping { Id = 66 }], 10);

        Assert.Equal((null, 10), (refused, taken));
        Assert.Equal(65, _core.Frames.Count);
        Assert.True(asking[0].IsComplete);
    }

    [Fact]
    public void Who_does_not_read_what_he_was_answered_asks_for_no_more()
    {
        var line = Line(new HttpLineOptions { AnswersMax = 2 });
        var slow = new Request { Held = 3 };
        line.Begin(slow, [new ClientFrame.Ping { Id = 1 }], 10);

        Assert.Null(line.Begin(new Request(), [new ClientFrame.Ping { Id = 2 }], 10));
    }

    [Fact]
    public void An_answer_goes_to_the_request_that_asked_and_nowhere_when_that_is_gone()
    {
        var (first, second) = (Ask(1), Ask(2));

        _line.Answer(new ServerFrame.Pong { Id = 2 });
        Assert.Equal([1L], _line.Finish(first));
        _line.Answer(new ServerFrame.Pong { Id = 1 });

        Assert.Empty(first.Answers);
        Assert.Equal([2L], second.Answers.Select(frame => frame.Id));
    }

    [Fact]
    public void A_batch_whose_answer_was_lost_comes_again_by_the_same_cursor_and_what_came_since_after_it()
    {
        Send("one\n");
        var lost = Fetch(0);
        Send("two\n");

        Assert.Equal(new DownStart.After(0), _line.StartOf(null, hasIdentity: false));
        Assert.Equal(lost, Fetch(0));
        Assert.Equal("two\n", Fetch(1));
    }

    [Fact]
    public void A_stream_that_comes_back_with_its_last_id_goes_on_after_it_and_one_with_the_id_of_another_connection_begins_anew()
    {
        Send("one\n");
        Fetch(0);

        Assert.Equal(new DownStart.After(1), _line.StartOf(_line.IdOf(1), hasIdentity: false));
        Assert.Equal(new DownStart.After(0), _line.StartOf(new BatchId("another", 1), hasIdentity: false));
        Assert.Same(DownStart.Anew.Instance, _line.StartOf(_line.IdOf(2), hasIdentity: false));
    }

    [Fact]
    public void What_is_kept_too_long_is_given_up_and_who_asks_for_it_begins_anew()
    {
        Send("one\n");
        Fetch(0);
        _time.Advance(TimeSpan.FromSeconds(6));
        _line.Look();

        Assert.Same(DownStart.Anew.Instance, _line.StartOf(null, hasIdentity: false));
        Assert.Equal(new DownStart.After(1), _line.StartOf(_line.IdOf(1), hasIdentity: false));
    }

    [Fact]
    public void Who_is_closed_for_good_learns_why_and_need_not_come_again()
    {
        _line.Close(CloseCode.TakenOver, "taken over");
        var close = Fetch(0);

        Assert.Contains("4404", close, StringComparison.Ordinal);
        Assert.Equal(CloseCode.TakenOver, Assert.IsType<DownStart.Over>(_line.StartOf(_line.IdOf(1), hasIdentity: false)).By.Code);
        Assert.True(_core.IsClosed);
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void Who_was_closed_for_want_of_a_token_may_come_again_with_one(bool hasIdentity, bool isOver)
    {
        _line.Close(CloseCode.TokenExpired, "token expired");
        Fetch(0);

        Assert.Equal(isOver, _line.StartOf(_line.IdOf(1), hasIdentity) is DownStart.Over);
    }

    [Fact]
    public void A_line_that_nobody_fetches_from_is_abandoned_and_one_that_somebody_does_is_not()
    {
        var reader = new Reader();
        _line.Attach(reader, 0);
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.False(_line.Look().IsAbandoned);

        _line.Detach(reader);
        _time.Advance(TimeSpan.FromSeconds(11));

        Assert.True(_line.Look().IsAbandoned);
        Assert.Equal(CloseCode.HeartbeatMissed, _line.Abandon()?.Code);
    }

    [Fact]
    public void What_waits_in_a_line_that_was_abandoned_is_not_fetched_by_who_comes_again()
    {
        _line.Send("{}\n"u8);
        Assert.IsType<DownStart.After>(_line.StartOf(after: null, hasIdentity: false));

        _line.Abandon();

        Assert.Same(DownStart.Anew.Instance, _line.StartOf(after: null, hasIdentity: false));
    }

    [Fact]
    public void A_reader_that_is_taken_over_in_the_middle_of_a_write_is_to_be_aborted()
    {
        var (former, writing) = (new Reader(), new Reader());
        _line.Attach(former, 0);
        Assert.Null(_line.Attach(writing, 0));
        _time.Advance(TimeSpan.FromSeconds(1));
        _line.Writes(writing, begins: true);

        Assert.Same(writing, _line.Attach(new Reader(), 0));
        Assert.Same(DownRead.Replaced.Instance, _line.Read(writing, 0));
    }

    private HttpLine Line(HttpLineOptions options)
    {
        var line = new HttpLine("line", options, _time, greetsInStream: false);
        line.Open(_core);
        return line;
    }

    private Request Ask(int id)
    {
        var request = new Request();
        Assert.Equal(10, _line.Begin(request, [new ClientFrame.Ping { Id = id }], 10));
        return request;
    }

    private void Send(string lines) => Assert.Equal(lines.Length, _line.Send(Encoding.UTF8.GetBytes(lines)));

    private string Fetch(long after)
    {
        var reader = new Reader();
        _line.Attach(reader, after);
        var batch = Assert.IsType<DownRead.Frames>(_line.Read(reader, after)).Batch;
        _line.Detach(reader);
        return Encoding.UTF8.GetString(batch.Lines.Span);
    }

    private sealed class Core : IConnection
    {
        public List<ClientFrame> Frames { get; } = [];

        public bool IsClosed { get; private set; }

        public void Received(IReadOnlyList<ClientFrame> frames, int bytes) => Frames.AddRange(frames);

        public void Writable()
        {
        }

        public void Closed() => IsClosed = true;
    }

    private sealed class Request : UpRequest
    {
        public List<ServerFrame> Answers { get; } = [];

        public bool IsComplete { get; private set; }

        public int Held { get; init; }

        public override int Unread => Held;

        protected override void Write(ServerFrame frame) => Answers.Add(frame);

        protected override void Complete() => IsComplete = true;
    }

    private sealed class Reader() : DownReader(TransportNames.LongPolling)
    {
        public override void Signal()
        {
        }

        public override void Abort()
        {
        }
    }
}

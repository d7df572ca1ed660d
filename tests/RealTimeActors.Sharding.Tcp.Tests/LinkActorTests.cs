using RealTimeActors.Actors;
using RealTimeActors.Dispatch;
using RealTimeActors.Sharding.Links;
using RealTimeActors.Sharding.Tcp.Tests.Support;
using RealTimeActors.Sharding.Tests.Links;
using RealTimeActors.TestKit.Dispatch;

namespace RealTimeActors.Sharding.Tcp.Tests;

/// <summary>Actors of two nodes, on threads and over sockets.</summary>
public sealed class LinkActorTests : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private readonly ThreadPoolActorSystem _systemOfA = new();
    private readonly ThreadPoolActorSystem _systemOfB = new();
    private readonly TcpNode _a = new("a", WithSecret);
    private readonly TcpNode _b = new("b", WithSecret);
    private readonly Probe<LinkReport> _reports;
    private readonly Probe<Talk> _answers;
    private readonly List<(object Message, string Reason)> _undelivered = [];
    private readonly CancellationTokenSource _late = new(_patience);

    public LinkActorTests()
    {
        _reports = new Probe<LinkReport>(_systemOfA, "reports");
        _answers = new Probe<Talk>(_systemOfA, "answers");
        Start(_systemOfB, _b, _a, dials: false, new Probe<LinkReport>(_systemOfB, "reports").Ref);
        Start(_systemOfA, _a, _b, dials: true, _reports.Ref);
    }

    public async ValueTask DisposeAsync()
    {
        await _systemOfA.DisposeAsync();
        await _systemOfB.DisposeAsync();
        await _a.DisposeAsync();
        await _b.DisposeAsync();
        _late.Dispose();
    }

    [Fact]
    public async Task What_is_asked_over_there_is_answered_here_in_the_order_of_asking()
    {
        var answerer = await UpAsync();

        for (var i = 0; i < 10_000; i++)
            answerer.Tell(new Talk.Ask($"{i}", null, _answers.Ref));

        await _answers.UntilAsync(answers => answers.Messages.Count == 10_000, _late.Token);
        Assert.Equal(Enumerable.Range(0, 10_000).Select(i => $"{i}!"), _answers.Messages.Select(answer => ((Talk.Answer)answer).Text));
    }

    [Fact]
    public async Task When_the_other_process_is_gone_who_waits_is_told_and_the_refused_connection_proves_it()
    {
        var answerer = await UpAsync();
        answerer.Tell(new Talk.Ask("silence", new object(), _answers.Ref));
        answerer.Tell(new Talk.Ask("heard?", null, _answers.Ref));
        await _answers.NextAsync(_late.Token);

        await _b.DisposeAsync();

        await _reports.UntilAsync(reports => reports.Messages.Any(report => report is LinkReport.Down { IsRefused: true }), _late.Token);
        var down = Assert.IsType<LinkReport.Down>(_reports.Messages.First(report => report is LinkReport.Down));
        Assert.Equal("the other node closed the connection: the node stops", down.Reason);
        lock (_undelivered)
            Assert.Equal("silence", ((Talk.Ask)Assert.Single(_undelivered).Message).Text);
    }

    private static TcpNodeOptions WithSecret(TcpNodeOptions options) => options with { Secret = new NodeSecret(TcpNode.Secret) };

    private async Task<IActorRef<object>> UpAsync()
    {
        await _reports.UntilAsync(reports => reports.Messages.Any(report => report is LinkReport.Up), _late.Token);
        return _reports.Messages.OfType<LinkReport.Up>().First().Actors[0];
    }

    private void Start(ThreadPoolActorSystem system, TcpNode node, TcpNode other, bool dials, IActorRef<LinkReport> owner)
    {
        var answerer = system.Spawn<object>("answerer", () => new Answerer());
        var options = new LinkOptions
        {
            Peer = $"{other.Me}",
            Codec = new TalkCodec(),
            WellKnown = [new WellKnownActor("answerer", answerer, answerer.Tell)],
            Others = new NodeActorsRef(),
            Undelivered = (message, reason, _) =>
            {
                lock (_undelivered)
                    _undelivered.Add((message, reason));
            },
            Owner = owner,
            Dialer = node.To(other),
            IsDialer = dials,
        };
        system.Spawn<object>("link", () => new LinkActor(options));
    }

    private sealed class Answerer : Actor<object>
    {
        protected override void Receive(object message)
        {
            if (message is Talk.Ask { Text: not "silence" } ask)
                ask.ReplyTo.Tell(new Talk.Answer($"{ask.Text}!", ask.Tag));
        }
    }
}

using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;
using RealTimeActors.Simulation.Checkers;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Network;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>Follows a pattern with a session, over reconnects and crashes; now and then one of its channels by name as well, or a wider pattern. <see cref="PatternLedger"/> judges what it is sent.</summary>
internal sealed class PatternFollower : WireClient
{
    /// <summary>What the names of such clients begin with: the wire tap knows them by it.</summary>
    internal const string NamePrefix = "pattern-";

    private static readonly string[] _patterns = ["durable.*", "durable.>", ">"];

    private readonly string _pattern;
    private readonly HashSet<string> _beside = new(StringComparer.Ordinal);
    private readonly PatternLedger _ledger;
    private SessionRef? _session;
    private long _asked;

    public PatternFollower(string name, SimulatedWorld world, SimulatedNetwork network, Observations seen)
        : base(name, world, network, seen)
    {
        _pattern = Chance.Pick(_patterns);
        _ledger = new PatternLedger(name, ChannelPattern.Parse(_pattern), seen);
    }

    /// <summary>Before it is welcome it does not have the new key: its frames would say that it has.</summary>
    protected override bool PingsBeforeWelcome => false;

    public void Start()
    {
        Connect();
        World.Time.Every(() => Chance.Ms(30, 400), () => IsBusy, Change);
        WatchForSilence();
        World.Time.Every(() => Chance.Ms(200, 2_000), () => IsBusy && Chance.OneIn(2), HangUp);
    }

    /// <summary>What it does not have yet of what it follows; null: nothing.</summary>
    public string? Unfinished() => Link is null || !_ledger.IsAnswered ? $"{Name} is not answered" : _ledger.Unfinished();

    protected override ClientFrame.Hello Hello() => new() { Id = NextId(), Client = Name, SessionId = _session?.Id, SessionKey = _session?.Key };

    protected override void Disconnected() => _ledger.Disconnected();

    protected override TimeSpan DrawPause() => Chance.Ms(5, 300);

    protected override void Take(SimulatedLink link, ServerFrame frame)
    {
        switch (frame)
        {
            case ServerFrame.Subscribed { Epoch.Length: 0 } answer when answer.Channel == _pattern && answer.Id == _asked:
                Seen.Sometimes.Count("a pattern is answered");
                _ledger.Answered();
                break;
            case ServerFrame.Error { Id: > 0 } error when error.Id == _asked:
                Subscribe(link);
                break;
            case ServerFrame.Subscribed { Epoch.Length: > 0 } subscribed:
                _ledger.Take(subscribed);
                break;
            case ServerFrame.Event { Body: var body }:
                _ledger.Take(body);
                Acknowledge(link, body.Channel);
                break;
            case ServerFrame.Skip skip:
                _ledger.Take(skip.Channel, skip.From, skip.To);
                break;
            case ServerFrame.Gap gap:
                _ledger.Take(gap.Channel, gap.From, gap.To);
                break;
        }
    }

    protected override void OnWelcome(SimulatedLink link, ServerFrame.Welcome welcome)
    {
        var isResumed = welcome.Session.Resumed;
        _session = welcome.Session;
        link.Send(new ClientFrame.Ping());
        _beside.Clear();
        foreach (var subscribed in welcome.Subscriptions.Where(subscribed => subscribed.Channel != _pattern))
        {
            _beside.Add(subscribed.Channel);
            if (subscribed.Epoch.Length > 0)
                _ledger.Take(subscribed);
        }

        if (isResumed && welcome.Subscriptions.Any(subscribed => subscribed.Channel == _pattern))
        {
            Seen.Sometimes.Count("a pattern is resumed");
            _ledger.Resumed();
            return;
        }

        _ledger.Begin(isSure: isResumed);
        foreach (var channel in _beside)
            link.Send(new ClientFrame.Unsubscribe(channel));

        _beside.Clear();
        Subscribe(link);
    }

    private void Subscribe(SimulatedLink link)
    {
        _asked = NextId();
        link.Send(new ClientFrame.Subscribe { Id = _asked, Channel = _pattern, From = From.Now });
    }

    /// <summary>A channel by name, or everything, comes beside the pattern or goes.</summary>
    private void Change()
    {
        if (Link is not { } link || !_ledger.IsAnswered)
            return;

        var beside = Chance.Pick([.. Seen.Plan.Channels.Where(channel => channel.IsDurable).Select(channel => channel.Name), .. _patterns.Where(pattern => pattern != _pattern)]);
        if (_beside.Remove(beside))
            link.Send(new ClientFrame.Unsubscribe(beside) { Id = NextId() });
        else if (_beside.Add(beside))
            SubscribeBeside(link, beside);

        Seen.Sometimes.Count("an exact subscription or another pattern meets a pattern");
    }

    private void SubscribeBeside(SimulatedLink link, string beside)
    {
        _ledger.AskedFromNow(beside);
        link.Send(new ClientFrame.Subscribe { Id = NextId(), Channel = beside, From = From.Now, Order = Chance.Pick(DeliveryOrder.Lanes, DeliveryOrder.Offset) });
    }

    private void Acknowledge(SimulatedLink link, string channel)
    {
        if (!Chance.OneIn(2))
            return;

        World.Time.After(Chance.Ms(0, 60), () =>
        {
            if (link == Link && _ledger.PrefixOf(channel) is > 0 and var prefix)
                link.Send(new ClientFrame.Ack(channel, prefix, []));
        });
    }
}

using RealTimeActors.Engine.Access;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;
using RealTimeActors.Simulation.Checkers;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Network;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>
/// Follows a pattern with a session as somebody whose rights come and go with his tokens, some granted by channel and some by pattern. <see cref="RightsLedger"/> judges that it sees all
/// that it may, and <see cref="Access"/> that it sees nothing else.
/// </summary>
internal sealed class RightsFollower : WireClient
{
    /// <summary>What the names of such clients begin with: the wire tap knows them by it.</summary>
    internal const string NamePrefix = "rights-";

    private static readonly TimeSpan _forGood = TimeSpan.FromHours(1);

    private readonly TokenOffice _office;
    private readonly string _pattern;
    private readonly RightsLedger _ledger;
    private SessionRef? _session;
    private string _token = "";
    private string? _shown;
    private long _asked;
    private long _refreshing;

    public RightsFollower(string name, SimulatedWorld world, SimulatedNetwork network, Observations seen)
        : base(name, world, network, seen)
    {
        _office = seen.Office!;
        _pattern = Chance.Pick("durable.*", "durable.>", ">");
        _ledger = new RightsLedger(name, ChannelPattern.Parse(_pattern), seen);
    }

    /// <summary>Before it is welcome it does not have the new key: its frames would say that it has.</summary>
    protected override bool PingsBeforeWelcome => false;

    public void Start()
    {
        Connect();
        World.Time.Every(() => Chance.Ms(30, 500), () => IsBusy, Refresh);
        WatchForSilence();
        World.Time.Every(() => Chance.Ms(200, 2_000), () => IsBusy && Chance.OneIn(2), HangUp);
    }

    /// <summary>From now on it may follow everything, for good.</summary>
    public void BecomeQuiet()
    {
        IsBusy = false;
        Refresh();
    }

    /// <summary>What it does not have yet of what it may follow; null: nothing.</summary>
    public string? Unfinished() => Link is null || !IsWelcome || !_ledger.IsAnswered ? $"{Name} is not answered"
        : _refreshing != 0 || !_ledger.MayAll ? $"{Name} has not shown his last token"
        : _ledger.Unfinished();

    protected override ClientFrame.Hello Hello()
    {
        _token = Issue();
        _ledger.IsShowing(_office.Tokens.IdentityOf(_token)!);
        return new ClientFrame.Hello { Id = NextId(), Client = Name, Token = _token, SessionId = _session?.Id, SessionKey = _session?.Key };
    }

    protected override void Disconnected()
    {
        _refreshing = 0;
        _ledger.Disconnected();
    }

    protected override TimeSpan DrawPause() => Chance.Ms(5, 300);

    protected override void Take(SimulatedLink link, ServerFrame frame)
    {
        switch (frame)
        {
            case ServerFrame.Ok ok when ok.Id == _refreshing:
                OnRefreshed();
                break;
            case ServerFrame.Error error when error.Id == _refreshing:
                _refreshing = 0;
                World.Time.After(Chance.Ms(10, 50), Refresh);
                break;
            case ServerFrame.Subscribed { Epoch.Length: 0 } answer when answer.Id == _asked:
                _ledger.Answered();
                break;
            case ServerFrame.Error error when error.Id == _asked:
                Subscribe(link);
                break;
            case ServerFrame.Subscribed { Epoch.Length: > 0 } subscribed:
                _ledger.Take(subscribed);
                break;
            case ServerFrame.Unsubscribed { Channel: var channel } when channel != _pattern:
                Seen.Sometimes.Count("a channel of a pattern is lost with the right to it");
                _ledger.Lost(channel);
                break;
            case ServerFrame.Event { Body: var body }:
                _ledger.Take(body.Channel, body.Offset, body.Offset);
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
        _session = welcome.Session;
        link.Send(new ClientFrame.Ping());
        _ledger.Shows(_office.Tokens.IdentityOf(_token)!);
        if (welcome.Session.Resumed && welcome.Subscriptions.Any(subscribed => subscribed.Channel == _pattern))
        {
            _ledger.Resumed();
        }
        else
        {
            _ledger.Begin();
            Subscribe(link);
        }

        foreach (var subscribed in welcome.Subscriptions.Where(subscribed => subscribed.Epoch.Length > 0))
            _ledger.Take(subscribed);

        if (!IsBusy)
            Refresh();
    }

    private void Subscribe(SimulatedLink link)
    {
        _asked = NextId();
        link.Send(new ClientFrame.Subscribe { Id = _asked, Channel = _pattern, From = From.Now });
    }

    /// <summary>Another token, with other rights.</summary>
    private void Refresh()
    {
        if (Link is not { } link || !IsWelcome || _refreshing != 0)
            return;

        _shown = Issue();
        _refreshing = NextId();
        _ledger.IsShowing(_office.Tokens.IdentityOf(_shown)!);
        link.Send(new ClientFrame.Refresh(_shown) { Id = _refreshing });
    }

    private void OnRefreshed()
    {
        _refreshing = 0;
        _token = _shown!;
        if (_ledger.Shows(_office.Tokens.IdentityOf(_token)!))
            Seen.Sometimes.Count("a right to a channel of a pattern comes by a refresh");

        if (!IsBusy && !_ledger.MayAll)
            Refresh();
    }

    /// <summary>Rights by channel, and by pattern; each channel is among them or not.</summary>
    private string Issue()
    {
        if (!IsBusy)
            return _office.Tokens.Issue(Name, _forGood, (">", Rights.All));

        var grants = new List<(string, Rights)>();
        foreach (var channel in Seen.Plan.Channels)
        {
            if (!Chance.OneIn(3))
                grants.Add((channel.Name, Draw()));
        }

        if (Chance.OneIn(5))
            grants.Add((Chance.Pick("durable.*", "durable.>", ">", "*.newest"), Draw()));

        return _office.Tokens.Issue(Name, Chance.Between(TimeSpan.FromMilliseconds(400), _office.Access.LifetimeMax + TimeSpan.FromMilliseconds(400)), grants);
    }

    private Rights Draw() => Chance.Pick(Rights.Subscribe, Rights.Subscribe | Rights.History, Rights.Subscribe | Rights.History, Rights.History);

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

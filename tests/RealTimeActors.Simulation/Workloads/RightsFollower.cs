using RealTimeActors.Engine.Access;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;
using RealTimeActors.Simulation.Checkers;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Entropy;
using RealTimeActors.TestKit.Network;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>
/// Follows a pattern with a session as somebody whose rights come and go with his tokens, some granted by channel and some by pattern. It speaks the wire itself; <see cref="RightsLedger"/> judges that
/// it sees all that it may, and <see cref="Access"/> that it sees nothing else.
/// </summary>
internal sealed class RightsFollower : ISimulatedPeer
{
    /// <summary>What the names of such clients begin with: the wire tap knows them by it.</summary>
    internal const string NamePrefix = "rights-";

    private static readonly TimeSpan _silenceMax = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _forGood = TimeSpan.FromHours(1);

    private readonly SimulatedWorld _world;
    private readonly SimulatedNetwork _network;
    private readonly Observations _seen;
    private readonly TokenOffice _office;
    private readonly Xoshiro256 _chance;
    private readonly WireFormat _format;
    private readonly string _name;
    private readonly string _pattern;
    private readonly RightsLedger _ledger;
    private SimulatedLink? _link;
    private string? _session;
    private string _key = "";
    private string _token = "";
    private string? _shown;
    private long _id;
    private long _asked;
    private long _refreshing;
    private TimeSpan _heardAt;
    private bool _isWelcome;
    private bool _hasLeft;

    public RightsFollower(string name, SimulatedWorld world, SimulatedNetwork network, Observations seen)
    {
        _name = name;
        _world = world;
        _network = network;
        _seen = seen;
        _office = seen.Office!;
        _chance = world.Entropy.Fork(name).Numbers;
        _format = _chance.Pick(WireFormat.WebSocketJson, WireFormat.WebSocketProtobuf);
        _pattern = _chance.Pick("durable.*", "durable.>", ">");
        _ledger = new RightsLedger(name, ChannelPattern.Parse(_pattern), seen);
    }

    /// <summary>Whether its rights go on changing.</summary>
    public bool IsBusy { get; set; } = true;

    public void Start()
    {
        Connect();
        _world.Time.Every(() => _chance.Ms(30, 500), () => IsBusy, Refresh);
        _world.Time.Every(() => _chance.Ms(300, 500), () => !_hasLeft, ShowLife);
        _world.Time.Every(() => _chance.Ms(200, 2_000), () => IsBusy && _chance.OneIn(2), HangUp);
    }

    /// <summary>From now on it may follow everything, for good.</summary>
    public void BecomeQuiet()
    {
        IsBusy = false;
        Refresh();
    }

    public void Leave()
    {
        _hasLeft = true;
        _link?.Close();
    }

    /// <summary>What it does not have yet of what it may follow; null: nothing.</summary>
    public string? Unfinished() => _link is null || !_isWelcome || !_ledger.IsAnswered ? $"{_name} is not answered"
        : _refreshing != 0 || !_ledger.MayAll ? $"{_name} has not shown his last token"
        : _ledger.Unfinished();

    public void Opened(SimulatedLink link)
    {
        _token = Issue();
        _ledger.IsShowing(_office.Tokens.IdentityOf(_token)!);
        link.Send(new ClientFrame.Hello { Id = ++_id, Client = _name, Token = _token, SessionId = _session, SessionKey = _session is null ? null : _key });
    }

    public void Received(SimulatedLink link, ServerFrame frame)
    {
        if (link != _link)
            return;

        _heardAt = _seen.Now;
        switch (frame)
        {
            case ServerFrame.Welcome welcome:
                OnWelcome(link, welcome);
                break;
            case ServerFrame.Ok ok when ok.Id == _refreshing:
                OnRefreshed();
                break;
            case ServerFrame.Error error when error.Id == _refreshing:
                _refreshing = 0;
                _world.Time.After(_chance.Ms(10, 50), Refresh);
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
                _seen.Sometimes.Count("a channel of a pattern is lost with the right to it");
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
            case ServerFrame.Ping:
                link.Send(new ClientFrame.Pong());
                break;
        }
    }

    public void Ended(SimulatedLink link, int? closeCode)
    {
        if (link != _link)
            return;

        _link = null;
        _isWelcome = false;
        _refreshing = 0;
        _ledger.Disconnected();
        if (!_hasLeft)
            _world.Time.After(_chance.Ms(5, 300), Connect);
    }

    private void OnWelcome(SimulatedLink link, ServerFrame.Welcome welcome)
    {
        _isWelcome = true;
        (_session, _key) = (welcome.Session.Id, welcome.Session.Key ?? "");
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
        _asked = ++_id;
        link.Send(new ClientFrame.Subscribe { Id = _asked, Channel = _pattern, From = From.Now });
    }

    /// <summary>Another token, with other rights.</summary>
    private void Refresh()
    {
        if (_link is not { } link || !_isWelcome || _refreshing != 0)
            return;

        _shown = Issue();
        _refreshing = ++_id;
        _ledger.IsShowing(_office.Tokens.IdentityOf(_shown)!);
        link.Send(new ClientFrame.Refresh(_shown) { Id = _refreshing });
    }

    private void OnRefreshed()
    {
        _refreshing = 0;
        _token = _shown!;
        if (_ledger.Shows(_office.Tokens.IdentityOf(_token)!))
            _seen.Sometimes.Count("a right to a channel of a pattern comes by a refresh");

        if (!IsBusy && !_ledger.MayAll)
            Refresh();
    }

    /// <summary>Rights by channel, and by pattern; each channel is among them or not.</summary>
    private string Issue()
    {
        if (!IsBusy)
            return _office.Tokens.Issue(_name, _forGood, (">", Rights.All));

        var grants = new List<(string, Rights)>();
        foreach (var channel in _seen.Plan.Channels)
        {
            if (!_chance.OneIn(3))
                grants.Add((channel.Name, Draw()));
        }

        if (_chance.OneIn(5))
            grants.Add((_chance.Pick("durable.*", "durable.>", ">", "*.newest"), Draw()));

        return _office.Tokens.Issue(_name, _chance.Between(TimeSpan.FromMilliseconds(400), _office.Access.LifetimeMax + TimeSpan.FromMilliseconds(400)), grants);
    }

    private Rights Draw() => _chance.Pick(Rights.Subscribe, Rights.Subscribe | Rights.History, Rights.Subscribe | Rights.History, Rights.History);

    private void Acknowledge(SimulatedLink link, string channel)
    {
        if (!_chance.OneIn(2))
            return;

        _world.Time.After(_chance.Ms(0, 60), () =>
        {
            if (link == _link && _ledger.PrefixOf(channel) is > 0 and var prefix)
                link.Send(new ClientFrame.Ack(channel, prefix, []));
        });
    }

    /// <summary>A ping is answered: nothing at all means that the other end is gone, and nobody has said so.</summary>
    private void ShowLife()
    {
        if (_seen.Now - _heardAt > _silenceMax)
            HangUp();
        else if (_isWelcome)
            _link?.Send(new ClientFrame.Ping());
    }

    private void HangUp()
    {
        if (_link is not { } link)
            return;

        link.Close();
        Ended(link, null);
    }

    private void Connect()
    {
        if (_link is not null || _hasLeft)
            return;

        _heardAt = _seen.Now;
        _link = _network.Connect(this, _format, _name);
    }
}

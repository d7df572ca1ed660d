using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;
using RealTimeActors.Simulation.Checkers;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Entropy;
using RealTimeActors.TestKit.Network;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>
/// Follows a pattern with a session, over reconnects and crashes; now and then one of its channels by name as well, or a wider pattern. It speaks the wire itself, so that nothing of the client library is
/// between what is sent and <see cref="PatternLedger"/>, which judges it.
/// </summary>
internal sealed class PatternFollower : ISimulatedPeer
{
    /// <summary>What the names of such clients begin with: the wire tap knows them by it.</summary>
    internal const string NamePrefix = "pattern-";

    private static readonly string[] _patterns = ["durable.*", "durable.>", ">"];

    private static readonly TimeSpan _silenceMax = TimeSpan.FromSeconds(2);

    private readonly SimulatedWorld _world;
    private readonly SimulatedNetwork _network;
    private readonly Observations _seen;
    private readonly Xoshiro256 _chance;
    private readonly WireFormat _format;
    private readonly string _name;
    private readonly string _pattern;
    private readonly HashSet<string> _beside = new(StringComparer.Ordinal);
    private readonly PatternLedger _ledger;
    private SimulatedLink? _link;
    private string? _session;
    private string _key = "";
    private long _id;
    private long _asked;
    private TimeSpan _heardAt;
    private bool _hasLeft;
    private bool _isWelcome;

    public PatternFollower(string name, SimulatedWorld world, SimulatedNetwork network, Observations seen)
    {
        _name = name;
        _world = world;
        _network = network;
        _seen = seen;
        _chance = world.Entropy.Fork(name).Numbers;
        _format = _chance.Pick(WireFormat.WebSocketJson, WireFormat.WebSocketProtobuf);
        _pattern = _chance.Pick(_patterns);
        _ledger = new PatternLedger(name, ChannelPattern.Parse(_pattern), seen);
    }

    /// <summary>Whether it goes on doing more than following.</summary>
    public bool IsBusy { get; set; } = true;

    public void Start()
    {
        Connect();
        _world.Time.Every(() => _chance.Ms(30, 400), () => IsBusy, Change);
        _world.Time.Every(() => _chance.Ms(300, 500), () => !_hasLeft, ShowLife);
        _world.Time.Every(() => _chance.Ms(200, 2_000), () => IsBusy && _chance.OneIn(2), HangUp);
    }

    public void Leave()
    {
        _hasLeft = true;
        _link?.Close();
    }

    /// <summary>A ping is answered: nothing at all means that the other end is gone, and nobody has said so.</summary>
    private void ShowLife()
    {
        if (_seen.Now - _heardAt > _silenceMax)
            HangUp();
        else if (_isWelcome) // Before it is, it does not have the new key: its frames would say that it has.
            _link?.Send(new ClientFrame.Ping());
    }

    private void HangUp()
    {
        if (_link is not { } link)
            return;

        link.Close();
        Ended(link, null);
    }

    /// <summary>What it does not have yet of what it follows; null: nothing.</summary>
    public string? Unfinished() => _link is null || !_ledger.IsAnswered ? $"{_name} is not answered" : _ledger.Unfinished();

    public void Opened(SimulatedLink link) =>
        link.Send(new ClientFrame.Hello { Id = ++_id, Client = _name, SessionId = _session, SessionKey = _session is null ? null : _key });

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
            case ServerFrame.Subscribed { Epoch.Length: 0 } answer when answer.Channel == _pattern && answer.Id == _asked:
                _seen.Sometimes.Count("a pattern is answered");
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
        _ledger.Disconnected();
        if (!_hasLeft)
            _world.Time.After(_chance.Ms(5, 300), Connect);
    }

    private void Connect()
    {
        if (_link is null && !_hasLeft)
        {
            _heardAt = _seen.Now;
            _isWelcome = false;
            _link = _network.Connect(this, _format, _name);
        }
    }

    private void OnWelcome(SimulatedLink link, ServerFrame.Welcome welcome)
    {
        _isWelcome = true;
        var isResumed = welcome.Session.Resumed;
        (_session, _key) = (welcome.Session.Id, welcome.Session.Key ?? "");
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
            _seen.Sometimes.Count("a pattern is resumed");
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
        _asked = ++_id;
        link.Send(new ClientFrame.Subscribe { Id = _asked, Channel = _pattern, From = From.Now });
    }

    /// <summary>A channel by name, or everything, comes beside the pattern or goes.</summary>
    private void Change()
    {
        if (_link is not { } link || !_ledger.IsAnswered)
            return;

        var beside = _chance.Pick([.. _seen.Plan.Channels.Where(channel => channel.IsDurable).Select(channel => channel.Name), .. _patterns.Where(pattern => pattern != _pattern)]);
        if (_beside.Remove(beside))
            link.Send(new ClientFrame.Unsubscribe(beside) { Id = ++_id });
        else if (_beside.Add(beside))
            SubscribeBeside(link, beside);

        _seen.Sometimes.Count("an exact subscription or another pattern meets a pattern");
    }

    private void SubscribeBeside(SimulatedLink link, string beside)
    {
        _ledger.AskedFromNow(beside);
        link.Send(new ClientFrame.Subscribe { Id = ++_id, Channel = beside, From = From.Now, Order = _chance.Pick(DeliveryOrder.Lanes, DeliveryOrder.Offset) });
    }

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
}

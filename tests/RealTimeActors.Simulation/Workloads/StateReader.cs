using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Simulation.Checkers;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Entropy;
using RealTimeActors.TestKit.Network;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>
/// Follows a channel's shared state with one session through many connections: acks what it has, a little late, comes back to its cursor, with the state or without; and reads what the state was, around
/// the point where the log begins, and how single entries came to be. It speaks the wire itself.
/// </summary>
internal sealed partial class StateReader : ISimulatedPeer, IWorkload
{
    private static readonly TimeSpan _silenceMax = TimeSpan.FromSeconds(2);

    private readonly SimulatedWorld _world;
    private readonly SimulatedNetwork _network;
    private readonly Observations _seen;
    private readonly Xoshiro256 _chance;
    private readonly StateReaderPlan _plan;
    private readonly WireFormat _format;
    private readonly string _name;
    private readonly ChannelPlan _channel;
    private readonly SortedDictionary<long, string> _open = [];
    private readonly long? _credit;
    private readonly AssembledState _state = new();
    private SimulatedLink? _link;
    private SessionRef? _session;
    private string _epoch = "";
    private long _told;
    private bool _isWelcome;
    private bool _follows;
    private bool _hasLeft;
    private bool _isBusy = true;
    private long _id;
    private long _asked;
    private TimeSpan _heardAt;

    public StateReader(string name, StateReaderPlan plan, SimulatedWorld world, SimulatedNetwork network, Observations seen)
    {
        _name = name;
        _plan = plan;
        _world = world;
        _network = network;
        _seen = seen;
        _channel = seen.Plan.State!.Channel;
        _chance = world.Entropy.Fork(name).Numbers;
        _reads = world.Entropy.Fork($"{name}/reads").Numbers;
        _format = _chance.Pick(WireFormat.WebSocketJson, WireFormat.WebSocketProtobuf);
        _credit = _chance.Pick<long?>(null, 3, 50);
    }

    /// <summary>Whether it goes on coming and going.</summary>
    public bool IsBusy
    {
        set
        {
            _isBusy = value;
            _link?.SetReading(true);
        }
    }

    public void Start()
    {
        Connect();
        _world.Time.Every(() => _chance.Ms(300, 500), () => !_hasLeft, ShowLife);
        _world.Time.Every(() => _chance.Ms(100, 700), () => _isBusy, ComeAnew);
        _world.Time.Every(() => _chance.Ms(10, 150), () => _isBusy, Ack);
        _world.Time.Every(() => _chance.Ms(100, 800), () => _isBusy, StopReading);
        _world.Time.Every(() => _reads.Ms(10, 120), () => _isBusy, Read);
    }

    public void Leave()
    {
        _hasLeft = true;
        _link?.Send(new ClientFrame.Bye(KeepSession: false));
        _link?.Close();
    }

    /// <summary>What it waits for; null: nothing.</summary>
    public string? Unfinished()
    {
        if (_link is null || !_isWelcome)
            return $"{_name} is not connected";

        if (_open.Count > 0)
            return $"{_name} waits for the answer to {_open.First().Value} ({_open.First().Key})";

        var head = _seen.Truth.Head(_channel.Name);
        if (!_state.IsWhole || _told < head)
            return $"{_name} has the state of {_channel.Name} {(_state.IsWhole ? "" : "not yet ")}as of {_told}, and the head is {head}";

        _seen.Fold.Assembled(_name, _state);
        return null;
    }

    public void Opened(SimulatedLink link)
    {
        if (link != _link)
            return;

        // One that has lost the state needs it, whatever its session thinks; one that has it may say so, or leave it to its session.
        var hello = new ClientFrame.Hello { Id = ++_id, Client = _name, InitialCredit = _credit, SessionId = _session?.Id, SessionKey = _session?.Key };
        if (!_state.IsWhole && _chance.OneIn(2))
            hello = hello with { Subscriptions = [Following(From.Now)] };
        else if (_chance.OneIn(4))
            hello = hello with { Subscriptions = [Following(From.Session)] };

        link.Send(hello);
    }

    public void Received(SimulatedLink link, ServerFrame frame)
    {
        if (link != _link)
            return;

        _heardAt = _seen.Now;
        if (frame.Id > 0)
            _open.Remove(frame.Id);

        switch (frame)
        {
            case ServerFrame.Welcome welcome:
                OnWelcome(link, welcome);
                break;
            case ServerFrame.Subscribed subscribed:
                OnSubscribed(link, subscribed, isAnswer: subscribed.Id > 0 || link.Way != SimulatedWay.WebSocket);
                break;
            case ServerFrame.Unsubscribed:
            case ServerFrame.Error { Id: > 0 } error when error.Id == _asked:
                _follows = false;
                AskLater(link);
                break;
            case ServerFrame.State part:
                _state.Take(part);
                break;
            case ServerFrame.Change change:
                _told = change.Offset;
                _state.Take(change);
                if (_credit is not null)
                    link.Send(new ClientFrame.Credit(1));

                break;
            case ServerFrame.Skip skip:
                _told = skip.To;
                _state.Skip(skip.To);
                break;
            case ServerFrame.Page page:
                ReadOn(link, page);
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
        _follows = false;
        _open.Clear();
        if (!_hasLeft)
            _world.Time.After(_chance.Ms(5, 200), Connect);
    }

    private void OnWelcome(SimulatedLink link, ServerFrame.Welcome welcome)
    {
        _isWelcome = true;
        _session = welcome.Session;
        foreach (var subscribed in welcome.Subscriptions)
            OnSubscribed(link, subscribed, isAnswer: true);

        if (!_follows)
            Subscribe(link, From.Now);
    }

    private void OnSubscribed(SimulatedLink link, ServerFrame.Subscribed subscribed, bool isAnswer)
    {
        _follows = true;
        (_epoch, _told) = (subscribed.Epoch, subscribed.Offset);
        if (subscribed.Recovered != Recovered.Full)
            _state.Begin(subscribed.Offset);
        else if (isAnswer && !_state.IsWhole)
            Subscribe(link, From.Now); // Its session thinks that it has the state.
    }

    private void Connect()
    {
        if (_link is not null || _hasLeft)
            return;

        _heardAt = _seen.Now;
        var way = _chance.Pick([.. _plan.Ways]);
        _link = way == SimulatedWay.WebSocket ? _network.Connect(this, _format, _name) : _network.Connect(this, way, _name);
    }

    private ClientFrame.Subscribe Following(From from) => new() { Channel = _channel.Name, Mode = SubscriptionMode.State, From = from, AckMode = _plan.AckMode, Fields = _plan.Fields };

    private void Subscribe(SimulatedLink link, From from)
    {
        var subscribe = Following(from) with { Id = ++_id };
        _asked = subscribe.Id;

        // Over plain HTTP the answer that counts comes down without the id. Whether it follows is seen by what it is told.
        link.Send(subscribe);
    }

    private void AskLater(SimulatedLink link) => _world.Time.After(_chance.Ms(5, 50), () =>
    {
        if (link == _link && _isWelcome && !_follows)
            Subscribe(link, From.Now);
    });

    private void Ask(SimulatedLink link, ClientFrame request)
    {
        _open[request.Id] = Line.Of(request);
        link.Send(request);
    }

    /// <summary>What it has now is acked a little later, when it may have more, or be told of another state.</summary>
    private void Ack()
    {
        if (_link is not { } link || !_follows || !_state.IsWhole)
            return;

        var ack = new ClientFrame.Ack(_channel.Name, _state.Offset, []);
        _world.Time.After(_chance.Ms(0, 30), () =>
        {
            if (link == _link)
                link.Send(ack);
        });
    }

    /// <summary>A ping is answered: nothing at all means that the other end is gone, and nobody has said so.</summary>
    private void ShowLife()
    {
        if (_seen.Now - _heardAt > _silenceMax)
            HangUp();
        else
            _link?.Send(new ClientFrame.Ping());
    }

    private void ComeAnew()
    {
        if (_link is not { } link || !_isWelcome)
            return;

        switch (_chance.Below(8))
        {
            case 0 or 1 or 2:
                HangUp();
                break;
            case 3:
                // Started again with its session, and without the state.
                HangUp();
                _state.Begin(0);
                break;
            case 4:
                HangUp();
                _session = null;
                _state.Begin(0);
                break;
            case 5:
                Subscribe(link, From.Session);
                break;
            case 6 when _follows && _state.IsWhole:
                Subscribe(link, new From.Position(_epoch, _state.Offset));
                break;
            default:
                Subscribe(link, From.Now);
                break;
        }
    }

    private void StopReading()
    {
        if (_link is not { } link)
            return;

        link.SetReading(false);
        _world.Time.After(_chance.Ms(10, 200), () => link.SetReading(true));
    }

    private void HangUp()
    {
        if (_link is not { } link)
            return;

        link.Close();
        Ended(link, null);
    }
}

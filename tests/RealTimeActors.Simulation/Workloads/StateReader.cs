using RealTimeActors.Protocol.Frames;
using RealTimeActors.Simulation.Checkers;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Network;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>
/// Follows a channel's shared state with one session through many connections: acks what it has, a little late, comes back to its cursor, with the state or without; and reads what the state was, around
/// the point where the log begins, and how single entries came to be.
/// </summary>
internal sealed partial class StateReader : WireClient, IWorkload
{
    private readonly StateReaderPlan _plan;
    private readonly ChannelPlan _channel;
    private readonly long? _credit;
    private readonly AssembledState _state = new();
    private SessionRef? _session;
    private string _epoch = "";
    private long _told;
    private bool _follows;
    private long _asked;

    public StateReader(string name, StateReaderPlan plan, SimulatedWorld world, SimulatedNetwork network, Observations seen)
        : base(name, world, network, seen)
    {
        _plan = plan;
        _channel = seen.Plan.State!.Channel;
        _reads = world.Entropy.Fork($"{name}/reads").Numbers;
        _credit = Chance.Pick<long?>(null, 3, 50);
    }

    /// <inheritdoc/>
    public override bool IsBusy
    {
        get => base.IsBusy;
        set
        {
            base.IsBusy = value;
            Link?.SetReading(true);
        }
    }

    public void Start()
    {
        Connect();
        WatchForSilence();
        World.Time.Every(() => Chance.Ms(100, 700), () => IsBusy, ComeAnew);
        World.Time.Every(() => Chance.Ms(10, 150), () => IsBusy, Ack);
        World.Time.Every(() => Chance.Ms(100, 800), () => IsBusy, StopReading);
        World.Time.Every(() => _reads.Ms(10, 120), () => IsBusy, Read);
    }

    public override void Leave()
    {
        Link?.Send(new ClientFrame.Bye(KeepSession: false));
        base.Leave();
    }

    /// <summary>What it waits for; null: nothing.</summary>
    public string? Unfinished()
    {
        if (Waiting is { } waiting)
            return waiting;

        var head = Seen.Truth.Head(_channel.Name);
        if (!_state.IsWhole || _told < head)
            return $"{Name} has the state of {_channel.Name} {(_state.IsWhole ? "" : "not yet ")}as of {_told}, and the head is {head}";

        Seen.Fold.Assembled(Name, _state);
        return null;
    }

    protected override ClientFrame.Hello Hello()
    {
        // One that has lost the state needs it, whatever its session thinks; one that has it may say so, or leave it to its session.
        var hello = new ClientFrame.Hello { Id = NextId(), Client = Name, InitialCredit = _credit, SessionId = _session?.Id, SessionKey = _session?.Key };
        if (!_state.IsWhole && Chance.OneIn(2))
            hello = hello with { Subscriptions = [Following(From.Now)] };
        else if (Chance.OneIn(4))
            hello = hello with { Subscriptions = [Following(From.Session)] };

        return hello;
    }

    protected override void Take(SimulatedLink link, ServerFrame frame)
    {
        switch (frame)
        {
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
        }
    }

    protected override void OnWelcome(SimulatedLink link, ServerFrame.Welcome welcome)
    {
        _session = welcome.Session;
        foreach (var subscribed in welcome.Subscriptions)
            OnSubscribed(link, subscribed, isAnswer: true);

        if (!_follows)
            Subscribe(link, From.Now);
    }

    protected override void Disconnected() => _follows = false;

    protected override SimulatedWay DrawWay() => Chance.Pick([.. _plan.Ways]);

    private void OnSubscribed(SimulatedLink link, ServerFrame.Subscribed subscribed, bool isAnswer)
    {
        _follows = true;
        (_epoch, _told) = (subscribed.Epoch, subscribed.Offset);
        if (subscribed.Recovered != Recovered.Full)
            _state.Begin(subscribed.Offset);
        else if (isAnswer && !_state.IsWhole)
            Subscribe(link, From.Now); // Its session thinks that it has the state.
    }

    private ClientFrame.Subscribe Following(From from) => new() { Channel = _channel.Name, Mode = SubscriptionMode.State, From = from, AckMode = _plan.AckMode, Fields = _plan.Fields };

    private void Subscribe(SimulatedLink link, From from)
    {
        var subscribe = Following(from) with { Id = NextId() };
        _asked = subscribe.Id;

        // Over plain HTTP the answer that counts comes down without the id. Whether it follows is seen by what it is told.
        link.Send(subscribe);
    }

    private void AskLater(SimulatedLink link) => World.Time.After(Chance.Ms(5, 50), () =>
    {
        if (link == Link && IsWelcome && !_follows)
            Subscribe(link, From.Now);
    });

    /// <summary>What it has now is acked a little later, when it may have more, or be told of another state.</summary>
    private void Ack()
    {
        if (Link is not { } link || !_follows || !_state.IsWhole)
            return;

        var ack = new ClientFrame.Ack(_channel.Name, _state.Offset, []);
        World.Time.After(Chance.Ms(0, 30), () =>
        {
            if (link == Link)
                link.Send(ack);
        });
    }

    private void ComeAnew()
    {
        if (Link is not { } link || !IsWelcome)
            return;

        switch (Chance.Below(8))
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
}

using RealTimeActors.Client.Machine;
using RealTimeActors.Client.Machine.Subscriptions;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Simulation.Model;
using RealTimeActors.Simulation.Workloads;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Entropy;
using RealTimeActors.TestKit.Network;

namespace RealTimeActors.Simulation;

/// <summary>One process of an application: the real client's state machine, on a simulated wire.</summary>
internal sealed class ClientProcess : ISimulatedPeer
{
    private readonly SimulatedClient _client;
    private readonly SimulatedWorld _world;
    private readonly ClientMachine _machine;
    private readonly Xoshiro256 _handling;
    private readonly Dictionary<string, ClientSubscription> _subscriptions = new(StringComparer.Ordinal);
    private readonly Dictionary<long, PublishRecord> _publishes = [];
    private readonly ITimer _tick;

    /// <summary>One, or two while one takes the other's place; the newest last.</summary>
    private readonly List<(int Connection, SimulatedLink Link)> _links = [];
    private TimeSpan _handledAt;
    private int _inHand;
    private bool _isPumping;
    private bool _hasSession;
    private Kept _kept;

    public ClientProcess(SimulatedClient client, int number, SimulatedWorld world, SeededEntropy entropy)
    {
        _client = client;
        _world = world;
        _handling = entropy.Fork("handling").Numbers;
        var producer = new byte[16];
        entropy.Fork("producer").Fill(producer);
        var jitter = entropy.Fork("jitter").Numbers;
        _machine = new ClientMachine(
            new ClientMachineOptions
            {
                Endpoints = ["n1"],
                ClientName = $"{client.Name}/{number}",
                Session = client.Ticket,
                UsesTokens = client.Seen.Office is not null,
                CreditWindow = client.Plan.Credit,
                AckDelay = client.Plan.AckDelay,
                PieceBytes = client.Plan.PieceBytes,
                OpenWithin = TimeSpan.FromMilliseconds(500),
                AnswerWithin = TimeSpan.FromMilliseconds(700),
                CloseWithin = TimeSpan.FromMilliseconds(300),
                RequestWithin = TimeSpan.FromSeconds(3),
                Reconnect = new ReconnectAdvice(20, 400, 1.5, 1),
            },
            producer,
            jitter.Fraction);
        _tick = world.Time.CreateTimer(_ => Do(now => _machine.Tick(now)), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public SimulatedLink? Link => _links.Count == 0 ? null : _links[^1].Link;

    public bool IsAlive { get; private set; } = true;

    private TimeSpan Now => _world.Time.Elapsed;

    public void Start(Kept kept) => Do(now =>
    {
        _kept = kept;
        foreach (var plan in _client.Plan.Subscriptions)
            Subscribe(plan, FromOf(plan, kept));

        _machine.Start(now);
    });

    /// <summary>The process ends without a word; the system closes its socket.</summary>
    public void Kill()
    {
        if (!IsAlive)
            return;

        End();
        foreach (var (_, link) in _links)
            link.Close();

        foreach (var publish in _publishes.Values)
            publish.IsForgotten = publish.Outcome is null;
    }

    public void Close(bool keepSession) => Do(now => _machine.Close(now, keepSession));

    public void Publish(PublishRecordFactory make, ClientFrame.Publish frame) => Do(now =>
    {
        var request = _machine.Publish(now, frame);
        var record = make(request);
        _publishes.Add(request, record);
        _client.Seen.Publishes.Add(record);
    });

    public void ReadSome(Xoshiro256 chance) => Do(now =>
    {
        var channel = chance.Pick([.. _client.Seen.Plan.Channels]);
        From from = chance.Below(3) switch
        {
            0 => From.Earliest,
            1 => new From.Last(chance.Between(1, 10)),
            _ => new From.Position("", chance.Below(40)),
        };
        _machine.Read(now, new ClientFrame.Read { Channel = channel.Name, What = "events", From = from, Limit = chance.Between(1, 50) });
    });

    public void Subscribe(SubscriptionPlan plan, From from) => Do(now =>
    {
        if (_machine.State != ClientState.Closed && !_subscriptions.ContainsKey(plan.Channel))
            _subscriptions.Add(plan.Channel, _machine.Subscribe(now, plan.ToFrame(from)));
    });

    /// <summary>Shows a new token at once, whatever is left of the present one.</summary>
    public void RenewToken()
    {
        if (_client.Seen.Office is not { } office)
            return;

        var (token, goodFor) = office.Issue(_client.Plan.User);
        Do(now => _machine.Refresh(now, token, goodFor));
    }

    public bool Unsubscribe(string channel)
    {
        if (!IsAlive || !_subscriptions.Remove(channel, out var subscription))
            return false;

        Do(now => _machine.Unsubscribe(now, subscription));
        return true;
    }

    public bool HasUnanswered => _machine.PublishesWaiting > 0;

    public string? Unfinished()
    {
        if (_machine.State != ClientState.Connected)
            return $"{_client.Name} is {_machine.State}";

        if (_machine.PublishesWaiting > 0)
            return $"{_machine.PublishesWaiting} publishes of {_client.Name} are not answered: {_publishes.Values.FirstOrDefault(publish => publish.Outcome is null)}";

        foreach (var subscription in _subscriptions.Values.OrderBy(subscription => subscription.Channel, StringComparer.Ordinal))
        {
            if (!subscription.IsActive)
                return $"the subscription of {_client.Name} to {subscription.Channel} is not active";

            if (!_client.Seen.ChannelOf(subscription.Channel).IsDurable)
                continue;

            var head = _client.Seen.Truth.Head(subscription.Channel);
            if (subscription.ReceivedPrefix < head)
                return $"{_client.Name} has {subscription.Channel} up to {subscription.ReceivedPrefix} of {head}";
        }

        if (_subscriptions.Count < _client.Plan.Subscriptions.Count)
            return $"{_client.Name} follows {_subscriptions.Count} of {_client.Plan.Subscriptions.Count} channels";

        return _inHand > 0 ? $"{_client.Name} has {_inHand} events in hand" : null;
    }

    public void Opened(SimulatedLink link)
    {
        if (NumberOf(link) is { } connection)
            Do(now => _machine.Opened(now, connection));
        else
            link.Close();
    }

    public void Received(SimulatedLink link, ServerFrame frame)
    {
        if (NumberOf(link) is { } connection)
            Do(now => _machine.Received(now, connection, frame));
    }

    public void Ended(SimulatedLink link, int? closeCode)
    {
        if (NumberOf(link) is not { } connection)
            return;

        _links.RemoveAll(one => one.Link == link);
        Do(now => _machine.Disconnected(now, connection, closeCode, "the connection ended"));
    }

    /// <summary>Whether the process reads what arrives, on every connection that it has.</summary>
    public void SetReading(bool reads)
    {
        // What is read may end one of them.
        foreach (var (_, link) in _links.ToArray())
            link.SetReading(reads);
    }

    private int? NumberOf(SimulatedLink link)
    {
        foreach (var (connection, known) in _links)
        {
            if (known == link)
                return connection;
        }

        return null;
    }

    private SimulatedLink? Find(int connection)
    {
        foreach (var (known, link) in _links)
        {
            if (known == connection)
                return link;
        }

        return null;
    }

    private From FromOf(SubscriptionPlan plan, Kept kept) => kept switch
    {
        Kept.Nothing => plan.From,
        Kept.SessionOnly => From.Session,
        _ => _client.LedgerOf(plan.Channel) is { Epoch: { } epoch } ledger ? new From.Position(epoch, ledger.Prefix) : From.Session,
    };

    /// <summary>Tells the machine something and carries out what it wants.</summary>
    private void Do(Action<TimeSpan> tell)
    {
        if (!IsAlive)
            return;

        tell(Now);
        if (_isPumping)
            return;

        _isPumping = true;
        while (IsAlive && _machine.TryTake(out var effect))
            Carry(effect);

        _isPumping = false;
        if (IsAlive)
            _tick.Change(_machine.NextDeadline is { } due ? (due > Now ? due - Now : TimeSpan.Zero) : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private void Carry(ClientEffect effect)
    {
        switch (effect)
        {
            case ClientEffect.Open open:
                if (_links.Count > 0)
                    _client.Seen.Sometimes.Count("a client connects elsewhere first");

                _links.Add((open.Connection, _client.Connect(this)));
                break;
            case ClientEffect.Send send:
                Find(send.Connection)?.Send(send.Frame);
                break;
            case ClientEffect.CloseTransport close when Find(close.Connection) is { } link:
                _links.RemoveAll(one => one.Link == link);
                link.Close();
                break;
            case ClientEffect.ObtainToken:
                ObtainToken(_client.Seen.Office!);
                break;
            case ClientEffect.SessionChanged changed when _client.Process == this:
                _client.OnSession(changed, isAnother: !_hasSession && _kept != Kept.Everything && !changed.IsResumed);
                _hasSession = true;
                break;
            case ClientEffect.Deliver delivery:
                OnDeliver(delivery);
                break;
            case ClientEffect.Notify notify:
                OnNotice(notify);
                break;
            case ClientEffect.Complete complete when _publishes.TryGetValue(complete.Request, out var publish):
                _client.Seen.PublishEnded(publish, complete.Outcome);
                break;
            case ClientEffect.StateChanged { State: ClientState.Closed } closed:
                _client.Seen.Note($"{_client.Name} is closed: {closed.Reason} ({closed.CloseCode})");
                _client.OnClosed(this, closed.CloseCode);
                break;
        }
    }

    private void ObtainToken(TokenOffice office) => _world.Time.After(office.Delay, () =>
    {
        var (token, goodFor) = office.Issue(_client.Plan.User);
        Do(now => _machine.TokenObtained(now, token, goodFor));
    });

    private void OnNotice(ClientEffect.Notify notify)
    {
        if (notify.Notice is SubscriptionNotice.Ended && _machine.State != ClientState.Closed && _subscriptions.Remove(notify.Subscription.Channel))
        {
            _client.OnEnded(this, notify.Subscription.Channel);
            return;
        }

        if (_client.LedgerOf(notify.Subscription.Channel) is not { } ledger)
            return;

        // One that is being replaced can still tell of a loss in the same log, and acks it; where it begins anew is its own affair.
        if (_client.Process == this || (notify.Notice is SubscriptionNotice.Gap && notify.Subscription.Epoch == ledger.Epoch))
            ledger.Take(notify.Notice);
    }

    private void OnDeliver(ClientEffect.Deliver delivery)
    {
        _client.Seen.Delivered(_client, delivery);
        _inHand++;
        var takes = _client.IsBusy ? _client.Plan.HandlesIn ?? _client.Plan.HandleMax * _handling.Fraction() : TimeSpan.Zero;

        // With manual acks the application works on many at a time, and is done in another order.
        var isConcurrent = delivery.Subscription.Request.AckMode == AckMode.Manual;
        var due = isConcurrent ? Now + takes : TimeSpan.FromTicks(Math.Max(_handledAt.Ticks, Now.Ticks)) + takes;
        if (!isConcurrent)
            _handledAt = due;

        _world.Time.After(due - Now, () => OnHandled(delivery));
    }

    private void OnHandled(ClientEffect.Deliver delivery)
    {
        if (!IsAlive)
            return;

        _inHand--;
        _client.LedgerOf(delivery.Event.Channel)?.Handle(delivery.Epoch, delivery.Event.Offset);
        Do(now =>
        {
            if (delivery.Subscription.Request.AckMode == AckMode.Manual)
            {
                _machine.Acknowledge(now, delivery);
                _machine.Released(now, delivery);
            }
            else
            {
                _machine.Handled(now, delivery);
            }
        });
    }

    private void End()
    {
        IsAlive = false;
        _tick.Dispose();
    }
}

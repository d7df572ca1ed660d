using RealTimeActors.Client.Machine;
using RealTimeActors.Client.Machine.Subscriptions;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Simulation.Model;
using RealTimeActors.Simulation.Workloads;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Entropy;
using RealTimeActors.TestKit.Network;

namespace RealTimeActors.Simulation;

/// <summary>One process of a <see cref="SimulatedClient"/>.</summary>
internal sealed class ClientProcess : MachineHost
{
    private readonly SimulatedClient _client;
    private readonly Xoshiro256 _handling;
    private readonly Dictionary<string, ClientSubscription> _subscriptions = new(StringComparer.Ordinal);
    private readonly Dictionary<long, PublishRecord> _publishes = [];
    private TimeSpan _handledAt;
    private int _inHand;
    private bool _hasSession;
    private Kept _kept;

    public ClientProcess(SimulatedClient client, int number, SimulatedWorld world, SimulatedNetwork network, SeededEntropy entropy)
        : base(client.Name, client.Plan.Format, Options(client, number), world, network, entropy)
    {
        _client = client;
        _handling = entropy.Fork("handling").Numbers;
    }

    public void Start(Kept kept) => Do(now =>
    {
        _kept = kept;
        foreach (var plan in _client.Plan.Subscriptions)
            Subscribe(plan, FromOf(plan, kept));

        Machine.Start(now);
    });

    public override void Kill()
    {
        if (!IsAlive)
            return;

        base.Kill();
        foreach (var publish in _publishes.Values)
            publish.IsForgotten = publish.Outcome is null;
    }

    public void Publish(PublishRecordFactory make, ClientFrame.Publish frame) => Do(now =>
    {
        var request = Machine.Publish(now, frame);
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
        Machine.Read(now, new ClientFrame.Read { Channel = channel.Name, What = "events", From = from, Limit = chance.Between(1, 50) });
    });

    public void Subscribe(SubscriptionPlan plan, From from) => Do(now =>
    {
        if (Machine.State != ClientState.Closed && !_subscriptions.ContainsKey(plan.Channel))
            _subscriptions.Add(plan.Channel, Machine.Subscribe(now, plan.ToFrame(from)));
    });

    /// <summary>Shows a new token at once, whatever is left of the present one.</summary>
    public void RenewToken()
    {
        if (_client.Seen.Office is not { } office)
            return;

        var (token, goodFor) = office.Issue(_client.Plan.User);
        Do(now => Machine.Refresh(now, token, goodFor));
    }

    public bool Unsubscribe(string channel)
    {
        if (!IsAlive || !_subscriptions.Remove(channel, out var subscription))
            return false;

        Do(now => Machine.Unsubscribe(now, subscription));
        return true;
    }

    public bool HasUnanswered => Machine.PublishesWaiting > 0;

    public override string? Unfinished()
    {
        if (Machine.State != ClientState.Connected)
            return $"{_client.Name} is {Machine.State}";

        if (Machine.PublishesWaiting > 0)
            return $"{Machine.PublishesWaiting} publishes of {_client.Name} are not answered: {_publishes.Values.FirstOrDefault(publish => publish.Outcome is null)}";

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

    protected override SimulatedLink Connect()
    {
        if (Link is not null)
            _client.Seen.Sometimes.Count("a client connects elsewhere first");

        return _client.Connect(this);
    }

    protected override void Carry(ClientEffect effect)
    {
        switch (effect)
        {
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

    private From FromOf(SubscriptionPlan plan, Kept kept) => kept switch
    {
        Kept.Nothing => plan.From,
        Kept.SessionOnly => From.Session,
        _ => _client.LedgerOf(plan.Channel) is { Epoch: { } epoch } ledger ? new From.Position(epoch, ledger.Prefix) : From.Session,
    };

    private void ObtainToken(TokenOffice office) => World.Time.After(office.Delay, () =>
    {
        var (token, goodFor) = office.Issue(_client.Plan.User);
        Do(now => Machine.TokenObtained(now, token, goodFor));
    });

    private void OnNotice(ClientEffect.Notify notify)
    {
        if (notify.Notice is SubscriptionNotice.Ended && Machine.State != ClientState.Closed && _subscriptions.Remove(notify.Subscription.Channel))
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

        World.Time.After(due - Now, () => OnHandled(delivery));
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
                Machine.Acknowledge(now, delivery);
                Machine.Released(now, delivery);
            }
            else
            {
                Machine.Handled(now, delivery);
            }
        });
    }

    private static ClientMachineOptions Options(SimulatedClient client, int number) => OptionsOf($"{client.Name}/{number}") with
    {
        Session = client.Ticket,
        UsesTokens = client.Seen.Office is not null,
        CreditWindow = client.Plan.Credit,
        AckDelay = client.Plan.AckDelay,
        PieceBytes = client.Plan.PieceBytes,
    };
}

using RealTimeActors.Client.Machine;
using RealTimeActors.Client.Machine.Subscriptions;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Simulation.Checkers;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Entropy;
using RealTimeActors.TestKit.Network;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>One process of a <see cref="NackingClient"/>.</summary>
internal sealed class NackingProcess(NackingClient client, int number, SimulatedWorld world, SimulatedNetwork network, Observations seen, SeededEntropy entropy)
    : MachineHost(client.Name, client.Format, OptionsOf($"{client.Name}/{number}") with { Session = client.Ticket, CreditWindow = client.Credit, AckDelay = TimeSpan.FromMilliseconds(number % 3 * 8) }, world, network, entropy)
{
    private readonly Xoshiro256 _chance = entropy.Fork("handling").Numbers;
    private ClientSubscription? _subscription;
    private int _inHand;

    public override void Start() => Do(now =>
    {
        _subscription = Machine.Subscribe(now, client.Ticket is null ? client.Subscribe : client.Subscribe with { From = From.Session });
        Machine.Start(now);
    });

    public void Publish(ClientFrame.Publish frame) => Do(now => Machine.Publish(now, frame));

    public override string? Unfinished()
    {
        if (Machine.State != ClientState.Connected || _subscription is not { IsActive: true } subscription)
            return $"{client.Name} is {Machine.State}";

        if (_inHand > 0 || Machine.PublishesWaiting > 0)
            return $"{client.Name} has {_inHand} events in hand and {Machine.PublishesWaiting} publishes under way";

        var head = seen.Truth.Head(subscription.Channel);
        return subscription.ProcessedPrefix < head ? $"{client.Name} is done with {subscription.Channel} up to {subscription.ProcessedPrefix} of {head}" : null;
    }

    protected override void Carry(ClientEffect effect)
    {
        switch (effect)
        {
            case ClientEffect.SessionChanged changed:
                client.Ticket = changed.Ticket;
                break;
            case ClientEffect.Deliver delivery:
                _inHand++;
                World.Time.After(client.IsBusy ? _chance.OneIn(8) ? _chance.Ms(20, 300) : _chance.Ms(0, 8) : TimeSpan.Zero, () => Handle(delivery));
                break;
            case ClientEffect.Notify { Notice: SubscriptionNotice.Ended ended } when IsAlive && Machine.State != ClientState.Closed:
                seen.Violate(new Violation("Liveness", $"The subscription of {client.Name} was ended: {ended.Reason}"));
                break;
            case ClientEffect.StateChanged { State: ClientState.Closed } closed:
                client.OnClosed(this, closed.CloseCode);
                break;
        }
    }

    private void Handle(ClientEffect.Deliver delivery)
    {
        if (!IsAlive)
            return;

        _inHand--;
        Do(now =>
        {
            if (client.IsBusy && _chance.OneIn(3))
            {
                Machine.Nack(now, delivery, $"cannot be done ({delivery.Attempt})");
                Machine.Released(now, delivery);
            }
            else if (delivery.Subscription.Request.AckMode == AckMode.Manual)
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
}

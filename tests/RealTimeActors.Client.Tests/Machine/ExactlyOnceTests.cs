using RealTimeActors.Client.Machine;
using RealTimeActors.Client.Machine.Subscriptions;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Tests.Machine;

/// <summary>Many short lives against a server that obeys the contract over connections that break anywhere. A failure names the seed that replays it.</summary>
public sealed class ExactlyOnceTests
{
    [Fact]
    public void Every_event_is_delivered_once_and_every_publish_is_in_the_log_once_whatever_breaks()
    {
        for (var seed = 1; seed <= 300; seed++)
            new Life(seed, canRewind: false).Run();
    }

    [Fact]
    public void No_event_is_missed_or_repeated_when_servers_send_the_client_on_and_connections_break_meanwhile()
    {
        var replaced = 0;
        for (var seed = 1; seed <= 300; seed++)
        {
            var life = new Life(seed, canRewind: false, canGoAway: true);
            life.Run();
            replaced += life.Replaced;
        }

        // What was to be tried has happened.
        Assert.InRange(replaced, 300, int.MaxValue);
    }

    [Fact]
    public void After_a_rewind_the_new_life_of_the_log_is_delivered_whole_and_once()
    {
        for (var seed = 1; seed <= 300; seed++)
            new Life(seed, canRewind: true).Run();
    }

    [Fact]
    public void The_same_inputs_and_chance_give_the_same_effects()
    {
        Assert.Equal(new Life(7, canRewind: false).Run(), new Life(7, canRewind: false).Run());
    }

    private sealed class Life
    {
        private const int CreditWindow = 6;
        private readonly int _seed;
        private readonly bool _canRewind;
        private readonly bool _canGoAway;
        private readonly Random _chance;
        private readonly ModelServer _server;
        private readonly ClientMachine _machine;
        private readonly ClientSubscription _subscription;
        private readonly List<ClientEffect.Deliver> _inHand = [];
        private readonly HashSet<(string Epoch, long Offset)> _delivered = [];
        private readonly HashSet<(string Epoch, long Offset)> _handled = [];
        private readonly Dictionary<long, RequestOutcome?> _publishes = [];
        private readonly List<string> _history = [];
        private readonly List<ModelWire> _wires = [];
        private TimeSpan _now = TimeSpan.Zero;

        internal Life(int seed, bool canRewind, bool canGoAway = false)
        {
            _seed = seed;
            _canRewind = canRewind;
            _canGoAway = canGoAway;
            _chance = new Random(seed);
            _server = new ModelServer(_chance);
            var options = new ClientMachineOptions { Endpoints = ["one"], CreditWindow = CreditWindow, AckDelay = TimeSpan.FromMilliseconds(5) };
            _machine = new ClientMachine(options, new byte[16], _chance.NextDouble);
            _subscription = _machine.Subscribe(_now, new ClientFrame.Subscribe { Channel = "prices", From = From.Earliest });
        }

        /// <summary>How often a connection was welcomed while the one before it was open.</summary>
        internal int Replaced { get; private set; }

        internal List<string> Run()
        {
            _machine.Start(_now);
            for (var step = 0; step < 250; step++)
                Step(_chance.Next(100), isHealing: false);
            for (var step = 0; step < 2_000 && !IsAtRest; step++)
                Step(step % 40, isHealing: true);

            Check();
            return _history;
        }

        private bool IsAtRest => _delivered.Count(item => item.Epoch == _server.Epoch) == Wanted.Count() && _inHand.Count == 0
            && _publishes.Values.All(outcome => outcome is not null) && _server.Acked == _server.Log.Count;

        private IEnumerable<long> Wanted => Enumerable.Range(1, _server.Log.Count).Select(offset => (long)offset).Where(offset => !ModelServer.IsSkipped(offset));

        private void Step(int what, bool isHealing)
        {
            var wire = _wires.Count == 0 ? null : _wires[_chance.Next(_wires.Count)];
            switch (what)
            {
                case < 15 when wire?.ToServer.Count > 0: _server.TakeFrame(wire); break;
                case < 30: _server.SendNext(); break;
                case < 37 when wire?.ToClient.Count > 0: Receive(wire); break;
                case < 39 when _inHand.Count > 0: Handle(_chance.Next(_inHand.Count)); break;
                case < 40: Pass(); break;
                case < 50 when !isHealing && wire?.ToClient.Count > 0: Receive(wire); break;
                case < 60 when !isHealing: _server.Append(); break;
                case < 70 when !isHealing: _publishes.Add(_machine.Publish(_now, new ClientFrame.Publish { Channel = "prices", Type = "t", Data = "1"u8.ToArray() }), null); break;
                case < 80 when _inHand.Count > 0: Handle(_chance.Next(_inHand.Count)); break;
                case < 95: Pass(); break;
                case < 98 when !isHealing && _canGoAway && _wires.Contains(_server.Wire): _server.Wire.ToClient.Enqueue(new ServerFrame.Goaway(500, 50, null)); break;
                case < 99 when !isHealing && wire is not null: Cut(wire); break;
                case 99 when !isHealing && _canRewind && wire is not null && _chance.Next(3) == 0:
                    Cut(wire);
                    _server.Rewind();
                    break;
            }

            CarryOut();
        }

        private void Receive(ModelWire wire)
        {
            var frame = wire.ToClient.Dequeue();
            if (frame is ServerFrame.Welcome && _wires.Count > 1)
                Replaced++;

            _machine.Received(_now, wire.Connection, frame);
        }

        private void Cut(ModelWire wire)
        {
            // Some of what was on its way up still arrives.
            for (var frames = _chance.Next(wire.ToServer.Count + 1); frames > 0; frames--)
                _server.TakeFrame(wire);
            _server.Cut(wire);
            _wires.Remove(wire);
            _machine.Disconnected(_now, wire.Connection, null, "cut");
        }

        private void Handle(int index)
        {
            var delivery = _inHand[index];
            _inHand.RemoveAt(index);
            _handled.Add((delivery.Epoch, delivery.Event.Offset));
            _machine.Handled(_now, delivery);
        }

        private void Pass()
        {
            _now += TimeSpan.FromMilliseconds(_chance.Next(60));
            if (_machine.NextDeadline <= _now)
                _machine.Tick(_now);
        }

        private void CarryOut()
        {
            while (_machine.TryTake(out var effect))
            {
                _history.Add(effect.GetType().Name);
                switch (effect)
                {
                    case ClientEffect.Open open:
                        _wires.Add(new ModelWire(open.Connection));
                        _machine.Opened(_now, open.Connection);
                        break;
                    case ClientEffect.Send send when _wires.Find(wire => wire.Connection == send.Connection) is { } wire:
                        if (send.Frame is ClientFrame.Ack ack)
                            CheckAck(ack);
                        wire.ToServer.Enqueue(send.Frame);
                        break;
                    case ClientEffect.CloseTransport close when _wires.Find(wire => wire.Connection == close.Connection) is { } wire:
                        _server.Cut(wire);
                        _wires.Remove(wire);
                        break;
                    case ClientEffect.Deliver delivery:
                        Assert.True(_delivered.Add((delivery.Epoch, delivery.Event.Offset)), $"Seed {_seed}: offset {delivery.Event.Offset} was delivered twice.");
                        _inHand.Add(delivery);
                        Assert.InRange(_inHand.Count, 0, CreditWindow);
                        break;
                    case ClientEffect.Notify { Notice: SubscriptionNotice.Gap gap }:
                        Assert.Fail($"Seed {_seed}: nothing is ever lost here, but a gap was told: {gap}.");
                        break;
                    case ClientEffect.Complete complete:
                        Assert.Null(_publishes[complete.Request]);
                        _publishes[complete.Request] = complete.Outcome;
                        break;
                }
            }
        }

        private void CheckAck(ClientFrame.Ack ack)
        {
            var acked = Enumerable.Range(1, (int)ack.Offset).Select(offset => (long)offset)
                .Concat(ack.Ranges.SelectMany(range => Enumerable.Range((int)range.From, (int)(range.To - range.From + 1)).Select(offset => (long)offset)));
            Assert.All(acked, offset => Assert.True(ModelServer.IsSkipped(offset) || _handled.Contains((_subscription.Epoch!, offset)), $"Seed {_seed}: {offset} was acked and not handled."));
        }

        private void Check()
        {
            Assert.True(IsAtRest, $"Seed {_seed}: not at rest. {_delivered.Count} delivered, head {_server.Log.Count}, acked {_server.Acked}, "
                + $"{_publishes.Values.Count(outcome => outcome is null)} publishes open, {_inHand.Count} in hand, state {_machine.State}.");
            Assert.Equal(Wanted, _delivered.Where(item => item.Epoch == _server.Epoch).Select(item => item.Offset).Order());
            Assert.Equal(_server.Log.Count, _subscription.ReceivedPrefix);
            if (_canRewind)
                return;

            // Refused again and again is possible, and then it is in no log.
            var published = _publishes.Values.OfType<RequestOutcome.Published>().Select(outcome => outcome.Receipt.Offset).ToList();
            var own = Enumerable.Range(0, _server.Log.Count).Where(i => _server.Log[i] != 0).Select(i => (long)i + 1).ToList();
            Assert.Equal(own, published.Order());
            Assert.Equal(_publishes.Count, published.Count);
        }
    }
}

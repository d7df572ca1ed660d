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
        private readonly Random _chance;
        private readonly ModelServer _server;
        private readonly ClientMachine _machine;
        private readonly ClientSubscription _subscription;
        private readonly List<ClientEffect.Deliver> _inHand = [];
        private readonly HashSet<(string Epoch, long Offset)> _delivered = [];
        private readonly HashSet<(string Epoch, long Offset)> _handled = [];
        private readonly Dictionary<long, RequestOutcome?> _publishes = [];
        private readonly List<string> _history = [];
        private TimeSpan _now = TimeSpan.Zero;
        private int _connection;
        private bool _isOpen;

        internal Life(int seed, bool canRewind)
        {
            _seed = seed;
            _canRewind = canRewind;
            _chance = new Random(seed);
            _server = new ModelServer(_chance);
            var options = new ClientMachineOptions { Endpoints = ["one"], CreditWindow = CreditWindow, AckDelay = TimeSpan.FromMilliseconds(5) };
            _machine = new ClientMachine(options, new byte[16], _chance.NextDouble);
            _subscription = _machine.Subscribe(_now, new ClientFrame.Subscribe { Channel = "prices", From = From.Earliest });
        }

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
            switch (what)
            {
                case < 15 when _server.ToServer.Count > 0: _server.TakeFrame(); break;
                case < 30: _server.SendNext(); break;
                case < 37 when _server.ToClient.Count > 0: _machine.Received(_now, _connection, _server.ToClient.Dequeue()); break;
                case < 39 when _inHand.Count > 0: Handle(_chance.Next(_inHand.Count)); break;
                case < 40: Pass(); break;
                case < 50 when !isHealing && _server.ToClient.Count > 0: _machine.Received(_now, _connection, _server.ToClient.Dequeue()); break;
                case < 60 when !isHealing: _server.Append(); break;
                case < 70 when !isHealing: _publishes.Add(_machine.Publish(_now, new ClientFrame.Publish { Channel = "prices", Type = "t", Data = "1"u8.ToArray() }), null); break;
                case < 80 when _inHand.Count > 0: Handle(_chance.Next(_inHand.Count)); break;
                case < 95: Pass(); break;
                case < 99 when !isHealing && _isOpen: Cut(); break;
                case 99 when !isHealing && _canRewind && _isOpen && _chance.Next(3) == 0:
                    Cut();
                    _server.Rewind();
                    break;
            }

            CarryOut();
        }

        private void Cut()
        {
            // Some of what was on its way up still arrives.
            for (var frames = _chance.Next(_server.ToServer.Count + 1); frames > 0; frames--)
                _server.TakeFrame();
            _server.Cut();
            _isOpen = false;
            _machine.Disconnected(_now, _connection, null, "cut");
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
                        _connection = open.Connection;
                        _isOpen = true;
                        _machine.Opened(_now, _connection);
                        break;
                    case ClientEffect.Send send when send.Connection == _connection && _isOpen:
                        if (send.Frame is ClientFrame.Ack ack)
                            CheckAck(ack);
                        _server.ToServer.Enqueue(send.Frame);
                        break;
                    case ClientEffect.CloseTransport:
                        _server.Cut();
                        _isOpen = false;
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

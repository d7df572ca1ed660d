using System.Text;
using RealTimeActors.Client.Machine;
using RealTimeActors.Client.Machine.Subscriptions;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Tests.Machine;

/// <summary>A machine, a clock that is moved by hand, and the server's side of its connections.</summary>
internal sealed class MachineFixture
{
    private readonly List<ClientEffect> _effects = [];
    private int _sessionKeys;

    internal MachineFixture(Func<ClientMachineOptions, ClientMachineOptions>? configure = null)
    {
        var options = new ClientMachineOptions { Endpoints = ["one"], AckDelay = TimeSpan.Zero };
        Machine = new ClientMachine(configure is null ? options : configure(options), new byte[16], () => Chance);
    }

    internal ClientMachine Machine { get; }
    internal TimeSpan Now { get; private set; } = TimeSpan.FromHours(1);
    internal double Chance { get; set; } = 1;
    internal int Connection { get; private set; }
    internal ClientFrame.Hello Hello { get; private set; } = null!;

    /// <summary>What the machine wanted done since the last call.</summary>
    internal List<ClientEffect> Take()
    {
        while (Machine.TryTake(out var effect))
            _effects.Add(effect);
        var taken = _effects.ToList();
        _effects.Clear();
        return taken;
    }

    internal List<ClientFrame> TakeFrames() => Take<ClientEffect.Send>().ConvertAll(send => send.Frame);

    internal List<T> Take<T>() where T : ClientEffect => Take().OfType<T>().ToList();

    internal T TakeOne<T>() where T : ClientEffect => Assert.Single(Take<T>());

    internal TFrame TakeFrame<TFrame>() where TFrame : ClientFrame => Assert.Single(TakeFrames().OfType<TFrame>());

    /// <summary>Lets time pass and does what is due at each moment, as a host would.</summary>
    internal void Pass(TimeSpan time)
    {
        var end = Now + time;
        while (Machine.NextDeadline is { } next && next <= end)
        {
            Now = next > Now ? next : Now;
            Machine.Tick(Now);
        }

        Now = end;
    }

    internal MachineFixture Start()
    {
        Machine.Start(Now);
        return this;
    }

    /// <summary>Opens the transport that was asked for and takes the hello.</summary>
    internal MachineFixture Greet()
    {
        Connection = TakeOne<ClientEffect.Open>().Connection;
        Machine.Opened(Now, Connection);
        Hello = TakeFrame<ClientFrame.Hello>();
        return this;
    }

    internal MachineFixture Welcome(bool isResumed = true, params ServerFrame.Subscribed[] subscriptions)
    {
        Receive(WelcomeFrame(isResumed, subscriptions));
        return this;
    }

    /// <summary>What a welcome says of the server's clock; 0: nothing.</summary>
    internal long ServerTimeUnixMs { get; set; }

    internal ServerFrame.Welcome WelcomeFrame(bool isResumed, params ServerFrame.Subscribed[] subscriptions) =>
        new()
        {
            Id = Hello.Id,
            Connection = $"c-{Connection}",
            Session = new SessionRef("s-1", $"key-{++_sessionKeys}", isResumed, isResumed ? null : "unknown"),
            Node = "n1",
            TimeUnixMs = ServerTimeUnixMs,
            HeartbeatMs = 10_000,
            FrameBytesMax = 65_536,
            SubscriptionsMax = 200,
            Reconnect = new ReconnectAdvice(100, 1_000, 2, 1),
            Subscriptions = subscriptions,
        };

    /// <summary>Lets the transport open that is to take the present one's place, and takes its hello.</summary>
    internal int GreetSuccessor()
    {
        var successor = TakeOne<ClientEffect.Open>().Connection;
        Machine.Opened(Now, successor);
        Hello = TakeFrame<ClientFrame.Hello>();
        return successor;
    }

    /// <summary>The successor is welcomed: from now on it is the connection.</summary>
    internal void WelcomeSuccessor(int successor, params ServerFrame.Subscribed[] subscriptions)
    {
        Machine.Received(Now, successor, WelcomeFrame(isResumed: true, subscriptions));
        Connection = successor;
    }

    internal static MachineFixture Connected(Func<ClientMachineOptions, ClientMachineOptions>? configure = null)
    {
        var fixture = new MachineFixture(configure).Start().Greet().Welcome(isResumed: false);
        fixture.Take();
        return fixture;
    }

    /// <summary>Loses the connection, waits for the next attempt, and greets again.</summary>
    internal MachineFixture Reconnect(params ServerFrame.Subscribed[] subscriptions)
    {
        Lose();
        Pass(TimeSpan.FromSeconds(1));
        return Greet().Welcome(isResumed: true, subscriptions);
    }

    internal void Lose(int? code = null) => Machine.Disconnected(Now, Connection, code, "lost");

    internal void Receive(ServerFrame frame) => Machine.Received(Now, Connection, frame);

    internal ClientSubscription Follow(string channel = "prices", From? from = null, AckMode ack = AckMode.Auto) =>
        Machine.Subscribe(Now, new ClientFrame.Subscribe { Channel = channel, From = from ?? From.Earliest, AckMode = ack });

    internal static ServerFrame.Subscribed Subscribed(long offset, Recovered recovered = Recovered.None, string epoch = "e1", string channel = "prices") =>
        new() { Channel = channel, Epoch = epoch, Offset = offset, Head = offset, Recovered = recovered };

    internal void Event(long offset, string channel = "prices", int attempt = 0) =>
        Receive(new ServerFrame.Event(new ChannelEvent { Channel = channel, Offset = offset, Id = $"e1-{offset}", Type = "t", TimeUnixMs = 0, Data = "{}"u8.ToArray() }) { Attempt = attempt });

    internal long Publish(string text = "1", string channel = "prices", Confirm confirm = Confirm.Persisted) =>
        Machine.Publish(Now, new ClientFrame.Publish { Channel = channel, Type = "t", Data = Encoding.UTF8.GetBytes(text), Confirm = confirm });

    internal void Receipt(ClientFrame publish, ReceiptStatus status = ReceiptStatus.Persisted, long offset = 1, bool duplicate = false) =>
        Receive(new ServerFrame.Receipt { Id = publish.Id, Status = status, Channel = "prices", Epoch = "e1", Offset = offset, Duplicate = duplicate });
}

using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Tests.Machine;

/// <summary>A server of one channel, as small as the contract allows: a log, a session, and one connection that can be cut between any two frames.</summary>
internal sealed class ModelServer(Random chance)
{
    private readonly HashSet<long> _sentAhead = [];
    private readonly Dictionary<long, long> _offsetBySequence = [];
    private List<string> _keys = [];
    private long _sentThrough;
    private long _credit;
    private bool _isFollowed;

    internal string Epoch { get; private set; } = "e1";

    /// <summary>The producer sequence of each event of the log; 0: somebody else's.</summary>
    internal List<long> Log { get; } = [];
    internal long Acked { get; private set; }

    /// <summary>The connection that has the session; another takes it over with its hello.</summary>
    internal ModelWire Wire { get; private set; } = new(0);

    private Queue<ServerFrame> ToClient => Wire.ToClient;

    /// <summary>Every seventh offset is not wanted by the client.</summary>
    internal static bool IsSkipped(long offset) => offset % 7 == 0;

    internal void Append() => Log.Add(0);

    /// <summary>The log is lost, and another life of it begins.</summary>
    internal void Rewind()
    {
        Epoch = "e" + (int.Parse(Epoch[1..]) + 1);
        Log.Clear();
        _offsetBySequence.Clear();
        Acked = 0;
        Append();
    }

    /// <summary>A connection ends, whichever it is.</summary>
    internal void Cut(ModelWire wire)
    {
        wire.ToClient.Clear();
        wire.ToServer.Clear();
        if (wire == Wire)
            Forget();
    }

    internal void TakeFrame(ModelWire wire)
    {
        var frame = wire.ToServer.Dequeue();
        if (frame is ClientFrame.Hello first)
            TakeOver(wire, first);
        else if (wire == Wire)
            Take(frame);
    }

    private void TakeOver(ModelWire wire, ClientFrame.Hello hello)
    {
        if (Wire != wire)
            Wire.ToClient.Enqueue(new ServerFrame.Close(CloseCode.TakenOver, "taken over"));

        Wire = wire;
        Forget();
        Greet(hello);
    }

    private void Forget()
    {
        _isFollowed = false;
        _sentAhead.Clear();
    }

    private void Take(ClientFrame frame)
    {
        switch (frame)
        {
            case ClientFrame.Subscribe subscribe: ToClient.Enqueue(Follow(subscribe)); break;
            case ClientFrame.Publish publish: Publish(publish); break;
            case ClientFrame.Credit credit: _credit += credit.Events; break;
            case ClientFrame.Ping:
                // The first frame retires the former key.
                _keys = [_keys[^1]];
                ToClient.Enqueue(new ServerFrame.Pong());
                break;
            case ClientFrame.Ack ack:
                Assert.InRange(ack.Offset, 0, Log.Count);
                Acked = Math.Max(Acked, ack.Offset);
                break;
        }
    }

    /// <summary>Sends one thing that follows, if anything does and credit allows.</summary>
    internal bool SendNext()
    {
        if (!_isFollowed || _sentThrough >= Log.Count)
            return false;

        var next = _sentThrough + 1;
        if (_sentAhead.Remove(next) || IsSkipped(next))
        {
            if (IsSkipped(next))
                ToClient.Enqueue(new ServerFrame.Skip("prices", next, next));
            _sentThrough = next;
            return true;
        }

        if (_credit == 0)
            return false;

        _credit--;
        var ahead = next + chance.Next(1, 4);
        if (chance.Next(4) == 0 && ahead <= Log.Count && !IsSkipped(ahead) && _sentAhead.Add(ahead))
        {
            ToClient.Enqueue(Event(ahead));
            return true;
        }

        ToClient.Enqueue(Event(next));
        _sentThrough = next;
        return true;
    }

    private void Greet(ClientFrame.Hello hello)
    {
        // Without a key it is another session: the welcome of the first was lost. With one, it stays good until the first frame on this connection.
        if (hello.SessionKey is not null)
            Assert.Contains(hello.SessionKey, _keys);
        _keys = hello.SessionKey is null ? [$"key-{chance.Next()}"] : [hello.SessionKey, $"key-{chance.Next()}"];
        _credit = hello.InitialCredit!.Value;
        ToClient.Enqueue(new ServerFrame.Welcome
        {
            Id = hello.Id,
            Connection = "c",
            Session = new SessionRef("s-1", _keys[^1], hello.SessionKey is not null, null),
            Node = "n",
            TimeUnixMs = 0,
            HeartbeatMs = 10_000,
            FrameBytesMax = 65_536,
            SubscriptionsMax = 200,
            Reconnect = new ReconnectAdvice(10, 100, 1.5, 1),
            Subscriptions = hello.Subscriptions.Select(Follow).ToList(),
        });
    }

    private ServerFrame.Subscribed Follow(ClientFrame.Subscribe subscribe)
    {
        var (offset, recovered) = subscribe.From switch
        {
            From.Position position when position.Epoch == Epoch && position.Offset <= Log.Count => (position.Offset, Recovered.Full),
            From.Position => (0, Recovered.Reset),
            _ => (0, Recovered.None),
        };
        _isFollowed = true;
        _sentThrough = offset;
        return new ServerFrame.Subscribed { Id = subscribe.Id, Channel = "prices", Epoch = Epoch, Offset = offset, Head = Log.Count, Recovered = recovered };
    }

    private void Publish(ClientFrame.Publish publish)
    {
        var fate = chance.Next(20);
        if (fate == 0)
        {
            ToClient.Enqueue(new ServerFrame.Error(ErrorCode.Overloaded, "busy") { Id = publish.Id });
            return;
        }

        var isDuplicate = _offsetBySequence.TryGetValue(publish.ProducerSequence, out var offset);
        if (!isDuplicate && fate != 1)
        {
            Log.Add(publish.ProducerSequence);
            _offsetBySequence.Add(publish.ProducerSequence, offset = Log.Count);
        }

        // Twice in twenty it is not known, once because it was appended and once because it was not.
        ToClient.Enqueue(new ServerFrame.Receipt
        {
            Id = publish.Id,
            Status = fate <= 2 ? ReceiptStatus.Unknown : ReceiptStatus.Persisted,
            Channel = "prices",
            Epoch = Epoch,
            Offset = offset,
            Duplicate = isDuplicate,
        });
    }

    private static ServerFrame.Event Event(long offset) =>
        new(new ChannelEvent { Channel = "prices", Offset = offset, Id = "x", Type = "t", TimeUnixMs = 0, Data = "{}"u8.ToArray() });
}

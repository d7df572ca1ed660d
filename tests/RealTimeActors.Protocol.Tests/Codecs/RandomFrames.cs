using System.Text;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Protocol.Tests.Codecs;

/// <summary>Frames made by a seed, of every kind, with every optional field now present and now absent.</summary>
internal sealed partial class RandomFrames(int seed)
{
    private readonly Random _random = new(seed);

    public ClientFrame Client() => _random.Next(14) switch
    {
        0 => new ClientFrame.Hello
        {
            Id = Id(),
            Token = OptionalText(),
            SessionId = OptionalText(),
            SessionKey = OptionalText(),
            Client = OptionalText(),
            InitialCredit = OptionalNumber(0),
            PieceBytes = OptionalNumber(Limits.PieceBytesMin),
            Subscriptions = Many(Subscribe),
        },
        1 => Subscribe() with { Id = Id() },
        2 => new ClientFrame.Unsubscribe(Text()) { Id = Id() },
        3 or 4 => Publish(),
        5 => new ClientFrame.Mutate
        {
            Id = Id(),
            Channel = Text(),
            Key = Text(),
            Operation = Pick("merge", "set", "delete", "increment", "add", "remove"),
            Value = Coin() ? Json() : default,
            IfVersion = OptionalNumber(0),
            BaseVersion = OptionalNumber(0),
            MutationId = OptionalText(),
            TimeUnixMs = Coin() ? Number(0) - (Coin() ? Limits.IntegerMax : 0) : null,
        },
        6 => new ClientFrame.Ack(Text(), Number(0), Many(Range)) { Id = Id() },
        7 => new ClientFrame.Nack(Text(), Number(1), OptionalText()) { Id = Id() },
        8 => new ClientFrame.Credit(Number(0)) { Id = Id() },
        9 => Read(),
        10 => new ClientFrame.Presence(Text(), Json()) { Id = Id(), Leave = Coin() },
        11 => new ClientFrame.Refresh(Text()) { Id = Id() },
        12 => Coin() ? new ClientFrame.Ping { Id = Id() } : new ClientFrame.Pong { Id = Id() },
        _ => new ClientFrame.Bye(Coin()) { Id = Id() },
    };

    public ServerFrame Server() => _random.Next(20) switch
    {
        0 => new ServerFrame.Welcome
        {
            Id = Id(),
            Connection = Text(),
            Session = new SessionRef(Text(), Text(), Coin(), OptionalText()),
            Node = Text(),
            TimeUnixMs = Time(),
            HeartbeatMs = Number(0),
            FrameBytesMax = Number(0),
            SubscriptionsMax = Number(0),
            Reconnect = new ReconnectAdvice(Number(0), Number(0), _random.Next(100) / 8.0, _random.NextDouble()),
            Subscriptions = Many(Subscribed),
        },
        1 => Subscribed() with { Id = Id() },
        2 or 3 => new ServerFrame.Event(Event()) { Attempt = Coin() ? _random.Next(2, 1000) : 0 },
        4 or 5 => Receipt(),
        6 => Mutated(),
        7 => new ServerFrame.State(Text(), Number(0), Entries(), Coin()),
        8 => Change(),
        9 => new ServerFrame.Skip(Text(), Number(1), Number(1)),
        10 => new ServerFrame.Gap(Text(), Number(1), Number(1), Text()),
        11 => new ServerFrame.Lag(Text(), Number(0), Pick("catchUp", "conflating", "live")),
        12 => new ServerFrame.Unsubscribed(Text(), _random.Next(2000, 3000), Text()),
        13 => new ServerFrame.PresenceDiff(Text(), Many(Member), Many(Member), Many(Member), Number(0)) { Kind = (PresenceKind)_random.Next(4), Reason = OptionalText() },
        14 => Page(),
        15 => new ServerFrame.Goaway(Number(0), Number(0), OptionalText()),
        16 => new ServerFrame.Error((ErrorCode)_random.Next(100, 115), Text()) { Id = Id(), AfterMs = OptionalNumber(1) },
        17 => new ServerFrame.Close(_random.Next(4000, 4500), Text()) { Id = Id(), AfterMs = Number(0) },
        18 => new ServerFrame.Piece(Number(1), Coin(), Bytes()),
        _ => Coin() ? new ServerFrame.Ok { Id = Id() } : Coin() ? new ServerFrame.Ping() : new ServerFrame.Pong { Id = Id() },
    };

    public ChannelEvent Event() => new()
    {
        Channel = Text(),
        Offset = Number(1),
        Id = Text(),
        Type = Text(),
        TimeUnixMs = Time(),
        Priority = (Priority)_random.Next(4),
        Key = OptionalText(),
        Source = OptionalText(),
        User = OptionalText(),
        CorrelationId = OptionalText(),
        Session = OptionalText(),
        Data = Json(),
        Hash = Hash(),
    };

    /// <summary>A compact JSON value.</summary>
    public byte[] Json()
    {
        var json = new StringBuilder();
        AppendJson(json, 0);
        return Encoding.UTF8.GetBytes(json.ToString());
    }

    public string Text()
    {
        var length = _random.Next(8) == 0 ? _random.Next(40, 400) : _random.Next(1, 20);
        var text = new StringBuilder();
        while (text.Length < length)
            text.Append(_random.Next(12) switch { 0 => "ß", 1 => "漢", 2 => "🙂", 3 => "\"", 4 => "\\", 5 => ((char)_random.Next(1, 32)).ToString(), _ => ((char)_random.Next(32, 127)).ToString() });

        return text.ToString();
    }

    private ClientFrame.Publish Publish()
    {
        var hasProducer = Coin();
        return new ClientFrame.Publish
        {
            Id = Id(),
            Channel = Text(),
            Type = Text(),
            Data = Json(),
            MessageId = OptionalText(),
            Key = OptionalText(),
            Priority = (Priority)_random.Next(4),
            Confirm = (Confirm)_random.Next(4),
            ProducerId = hasProducer ? Text() : null,
            ProducerSequence = hasProducer ? Number(1) : 0,
            Source = OptionalText(),
            CorrelationId = OptionalText(),
            TtlMs = Coin() ? Number(0) : 0,
            DeliveredCount = Coin() ? Number(0) : 0,
            DeliveredTimeoutMs = Coin() ? Number(0) : 0,
            DeliveredMissing = Coin(),
        };
    }

    private ClientFrame.Read Read()
    {
        var what = Pick("events", "state", "history", "presence", "stats");
        return new ClientFrame.Read
        {
            Id = Id(),
            Channel = Text(),
            What = what,
            From = Coin() ? From() : null,
            Limit = Coin() ? Number(0) : 0,
            At = OptionalNumber(0),
            Key = what is "history" ? Text() : OptionalText(),
            AfterKey = OptionalText(),
        };
    }

    private ClientFrame.Subscribe Subscribe() => new()
    {
        Channel = Text(),
        From = From(),
        Mode = (SubscriptionMode)_random.Next(2),
        Fields = Coin() ? [Name(), Name()] : null,
        Shape = Coin()
            ? new Shape
            {
                DebounceMs = OptionalUpTo(Limits.ShapeMsMax),
                DebounceMaxMs = OptionalUpTo(Limits.ShapeMsMax),
                Immediate = Many(Name),
                Conflate = Coin() ? Pick("none", "key", "channel") : null,
                BatchMs = OptionalUpTo(Limits.ShapeMsMax),
                BatchMax = OptionalUpTo(Limits.ShapeBatchMax),
                MaxPerSecond = OptionalUpTo(Limits.ShapeRateMax),
            }
            : null,
        Overflow = Coin() ? (OverflowPolicy)_random.Next(4) : null,
        AckMode = (AckMode)_random.Next(3),
        Order = (DeliveryOrder)_random.Next(2),
        Priority = Coin() ? (Priority)_random.Next(4) : null,
        Group = OptionalText(),
        Filter = Coin() ? Filter() : null,
        Presence = (PresenceInterest)_random.Next(3),
    };

    private AttributeFilter[] Filter()
    {
        string[] attributes = ["type", "key", "source", "user", "correlationId", "session"];
        _random.Shuffle(attributes);
        return [.. attributes[.._random.Next(1, 7)].Select(attribute => new AttributeFilter(attribute, [Name(), .. Many(Name)]))];
    }

    private ServerFrame.Subscribed Subscribed() => new()
    {
        Channel = Text(),
        Epoch = Text(),
        Offset = Number(0),
        Head = Number(0),
        Recovered = (Recovered)_random.Next(4),
        Missing = Coin() ? Range() : null,
        Reason = OptionalText(),
    };

    private ServerFrame.Receipt Receipt()
    {
        var isCounted = Coin();
        return new ServerFrame.Receipt
        {
            Id = Id(),
            Status = isCounted ? ReceiptStatus.Delivered : (ReceiptStatus)_random.Next(2),
            Channel = Text(),
            Epoch = OptionalText() ?? "",
            Offset = Coin() ? Number(0) : 0,
            Hash = Hash(),
            Duplicate = Coin(),
            Acked = isCounted ? Number(0) : null,
            Of = isCounted ? Number(0) : null,
            Missing = isCounted ? Many(() => Member() with { State = default }) : [],
        };
    }

    private ServerFrame.Mutated Mutated() => new()
    {
        Id = Id(),
        Result = Pick("applied", "merged", "superseded", "rejected"),
        Channel = OptionalText(),
        Key = OptionalText(),
        Epoch = OptionalText(),
        Offset = Number(0),
        Version = Number(0),
        Value = Coin() ? Json() : default,
        Reason = OptionalText(),
        Duplicate = Coin(),
    };

    private ServerFrame.Change Change()
    {
        var how = _random.Next(3);
        return new ServerFrame.Change
        {
            Channel = Text(),
            Offset = Number(1),
            Key = Text(),
            Version = Number(1),
            Patch = how == 0 ? (ReadOnlyMemory<byte>?)Json() : null,
            Value = how == 1 ? (ReadOnlyMemory<byte>?)Json() : null,
            Deleted = how == 2,
            MutationId = OptionalText(),
            User = OptionalText(),
        };
    }

    private ServerFrame.Page Page()
    {
        var what = Pick("events", "state", "history", "presence");
        return new ServerFrame.Page
        {
            Id = Id(),
            Channel = Text(),
            What = what,
            Epoch = OptionalText() ?? "",
            Events = what is "events" or "history" ? Many(Event) : [],
            Entries = what is "state" ? Entries() : [],
            Members = what is "presence" ? Many(Member) : [],
            Offset = OptionalNumber(0),
            Count = OptionalNumber(0),
            Next = OptionalNumber(1),
            NextKey = OptionalText(),
        };
    }

    private From From() => _random.Next(5) switch
    {
        0 => Frames.From.Now,
        1 => Frames.From.Earliest,
        2 => Frames.From.Session,
        3 => new From.Last(Number(0)),
        _ => new From.Position(Text(), Number(0)),
    };

    private OffsetRange Range()
    {
        var from = _random.Next(1, 1_000_000);
        return new OffsetRange(from, from + _random.Next(1000));
    }

    private Member Member() => new(Text(), OptionalText(), Json());

    private Entry[] Entries() => [.. Many(Text).Distinct().Select(key => new Entry(key, Number(1), Json()))];

    private List<T> Many<T>(Func<T> make) => [.. Enumerable.Range(0, _random.Next(4)).Select(_ => make())];

    private byte[] Bytes()
    {
        var bytes = new byte[_random.Next(300)];
        _random.NextBytes(bytes);
        return bytes;
    }

    private byte[] Hash()
    {
        if (Coin())
            return [];

        var hash = new byte[32];
        _random.NextBytes(hash);
        return hash;
    }
}

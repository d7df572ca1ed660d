using Google.Protobuf;
using RealTimeActors.Protocol.Frames;
using Pb = Realtime.V1;

namespace RealTimeActors.Protocol.Tests.Codecs;

/// <summary>What frames are made of.</summary>
internal static partial class Oracle
{
    private static Pb.Subscribe ToBody(ClientFrame.Subscribe f)
    {
        var m = new Pb.Subscribe
        {
            Channel = f.Channel,
            Mode = f.Mode is SubscriptionMode.State ? "state" : "",
            Overflow = f.Overflow is { } overflow ? Word(overflow) : "",
            Ack = f.AckMode is AckMode.Auto ? "" : Word(f.AckMode),
            Priority = f.Priority is { } priority ? Word(priority) : "",
            Order = f.Order is DeliveryOrder.Offset ? "offset" : "",
            Group = f.Group ?? "",
            Presence = f.Presence is PresenceInterest.None ? "" : Word(f.Presence),
        };
        m.Fields.AddRange(f.Fields ?? []);
        foreach (var (attribute, values) in f.Filter ?? [])
            m.Filter.Add(new Pb.AttributeFilter { Attribute = attribute, Values = { values } });

        if (f.From is not From.AtNow)
            m.From = ToBody(f.From);

        if (f.Shape is { } shape)
        {
            m.Shape = new Pb.Shape
            {
                DebounceMs = (ulong)(shape.DebounceMs ?? 0),
                DebounceMaxMs = (ulong)(shape.DebounceMaxMs ?? 0),
                Conflate = shape.Conflate ?? "",
                BatchMs = (ulong)(shape.BatchMs ?? 0),
                BatchMax = (ulong)(shape.BatchMax ?? 0),
                MaxPerSecond = (ulong)(shape.MaxPerSecond ?? 0),
            };
            m.Shape.Immediate.AddRange(shape.Immediate);
        }

        return m;
    }

    private static Pb.From ToBody(From from) => from switch
    {
        From.Last last => new Pb.From { Last = (ulong)last.Count },
        From.Position position => new Pb.From { Position = new Pb.Position { Epoch = position.Epoch, Offset = (ulong)position.Offset } },
        From.AtEarliest => new Pb.From { Keyword = "earliest" },
        From.AtSession => new Pb.From { Keyword = "session" },
        _ => new Pb.From { Keyword = "now" },
    };

    private static Pb.Range ToBody(OffsetRange range) => new() { From = (ulong)range.From, To = (ulong)range.To };

    private static Pb.Subscribed ToBody(ServerFrame.Subscribed f) => new()
    {
        Channel = f.Channel,
        Epoch = f.Epoch,
        Offset = (ulong)f.Offset,
        Recovered = f.Recovered.ToString().ToLowerInvariant(),
        Head = (ulong)f.Head,
        Gap = f.Missing is { } missing ? ToBody(missing) : null,
        Reason = f.Reason ?? "",
    };

    private static Pb.Mutated ToBody(ServerFrame.Mutated f) => new()
    {
        Result = f.Result,
        Offset = (ulong)f.Offset,
        Version = (ulong)f.Version,
        Value = Bytes(f.Value),
        Epoch = f.Epoch ?? "",
        Reason = f.Reason ?? "",
        Duplicate = f.Duplicate,
        Channel = f.Channel ?? "",
        Key = f.Key ?? "",
    };

    private static Pb.Event ToBody(ChannelEvent e, int attempt) => new()
    {
        Channel = e.Channel,
        Offset = (ulong)e.Offset,
        Id = e.Id,
        Type = e.Type,
        TimeUnixMs = e.TimeUnixMs,
        Priority = Word(e.Priority),
        Key = e.Key ?? "",
        Source = e.Source ?? "",
        User = e.User ?? "",
        CorrelationId = e.CorrelationId ?? "",
        Session = e.Session ?? "",
        Data = Bytes(e.Data),
        Hash = Bytes(e.Hash),
        Attempt = (uint)attempt,
    };

    private static Pb.Entry ToBody(Entry e) => new() { Key = e.Key, Version = (ulong)e.Version, Value = Bytes(e.Value) };

    private static Pb.Member ToBody(Member e) => new() { Session = e.Session, User = e.User ?? "", State = Bytes(e.State) };

    private static ByteString Bytes(ReadOnlyMemory<byte> bytes) => ByteString.CopyFrom(bytes.Span);

    /// <summary>The word of an enumeration: its name, first letter small.</summary>
    private static string Word<T>(T value)
        where T : struct, Enum
    {
        var name = value.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }
}

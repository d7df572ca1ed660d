using RealTimeActors.Protocol.Frames;
using static RealTimeActors.Protocol.Codecs.ProtoWriting;

namespace RealTimeActors.Protocol.Codecs;

/// <summary>Client frames in Protobuf, each with its length before it.</summary>
internal static class ProtobufClientWriter
{
    /// <summary>Writes the length and the frame.</summary>
    public static void Write(ref ByteWriter w, ClientFrame frame)
    {
        var (field, expected) = FieldOf(frame);
        var mark = Begin(ref w, expected + 4);
        Number(ref w, 1, frame.Id);
        var body = Begin(ref w, field, expected);
        WriteBody(ref w, frame);
        End(ref w, body);
        End(ref w, mark);
    }

    private static (int Field, int BytesExpected) FieldOf(ClientFrame frame) => frame switch
    {
        ClientFrame.Hello => (2, 128),
        ClientFrame.Subscribe => (3, 64),
        ClientFrame.Unsubscribe => (4, 32),
        ClientFrame.Publish publish => (5, 24 + publish.Channel.Length + publish.Type.Length + publish.Data.Length),
        ClientFrame.Mutate mutate => (6, 32 + mutate.Channel.Length + mutate.Value.Length),
        ClientFrame.Ack => (7, 32),
        ClientFrame.Nack => (8, 32),
        ClientFrame.Credit => (9, 3),
        ClientFrame.Read => (10, 64),
        ClientFrame.Presence => (11, 64),
        ClientFrame.Refresh => (12, 256),
        ClientFrame.Ping => (13, 0),
        ClientFrame.Bye => (14, 2),
        ClientFrame.Pong => (15, 0),
        _ => throw new ArgumentException($"{frame.GetType().Name} is not for the wire.", nameof(frame)),
    };

    private static void WriteBody(ref ByteWriter w, ClientFrame frame)
    {
        switch (frame)
        {
            case ClientFrame.Publish publish:
                WritePublish(ref w, publish);
                break;
            case ClientFrame.Ack ack:
                Text(ref w, 1, ack.Channel);
                Number(ref w, 2, ack.Offset);
                foreach (var range in ack.Ranges)
                {
                    var mark = Begin(ref w, 3, 16);
                    Number(ref w, 1, range.From);
                    Number(ref w, 2, range.To);
                    End(ref w, mark);
                }

                break;
            case ClientFrame.Credit credit:
                Number(ref w, 1, credit.Events);
                break;
            case ClientFrame.Hello hello:
                WriteHello(ref w, hello);
                break;
            case ClientFrame.Subscribe subscribe:
                WriteSubscribe(ref w, subscribe);
                break;
            case ClientFrame.Unsubscribe unsubscribe:
                Text(ref w, 1, unsubscribe.Channel);
                break;
            case ClientFrame.Mutate mutate:
                Text(ref w, 1, mutate.Channel);
                Text(ref w, 2, mutate.Key);
                Text(ref w, 3, mutate.Operation);
                Bytes(ref w, 4, mutate.Value.Span);
                Optional(ref w, 5, mutate.IfVersion);
                Text(ref w, 6, mutate.MutationId);
                Optional(ref w, 7, mutate.TimeUnixMs);
                Optional(ref w, 8, mutate.BaseVersion);
                break;
            case ClientFrame.Nack nack:
                Text(ref w, 1, nack.Channel);
                Number(ref w, 2, nack.Offset);
                Text(ref w, 3, nack.Reason);
                break;
            case ClientFrame.Read read:
                Text(ref w, 1, read.Channel);
                Text(ref w, 2, read.What);
                if (read.From is not null)
                    WriteFrom(ref w, 3, read.From);

                Number(ref w, 4, read.Limit);
                Optional(ref w, 5, read.At);
                Text(ref w, 6, read.Key);
                Text(ref w, 7, read.AfterKey);
                break;
            case ClientFrame.Presence presence:
                Text(ref w, 1, presence.Channel);
                Bytes(ref w, 2, presence.State.Span);
                Boolean(ref w, 3, presence.Leave);
                break;
            case ClientFrame.Refresh refresh:
                Text(ref w, 1, refresh.Token);
                break;
            case ClientFrame.Bye { KeepSession: false }:
                Always(ref w, 1, 0);
                break;
        }
    }

    private static void WritePublish(ref ByteWriter w, ClientFrame.Publish publish)
    {
        Text(ref w, 1, publish.Channel);
        Text(ref w, 2, publish.Type);
        Bytes(ref w, 3, publish.Data.Span);
        Text(ref w, 4, publish.MessageId);
        Text(ref w, 5, publish.Key);
        if (publish.Priority is not Priority.Normal)
            Bytes(ref w, 6, Words.Of(publish.Priority));

        if (publish.Confirm is not Confirm.Persisted)
            Bytes(ref w, 7, Words.Of(publish.Confirm));

        if (publish.ProducerId is not null)
        {
            var producer = Begin(ref w, 8, 32);
            Text(ref w, 1, publish.ProducerId);
            Number(ref w, 2, publish.ProducerSequence);
            End(ref w, producer);
        }

        Text(ref w, 9, publish.Source);
        Text(ref w, 10, publish.CorrelationId);
        Number(ref w, 11, publish.TtlMs);
        Number(ref w, 12, publish.DeliveredCount);
        Number(ref w, 13, publish.DeliveredTimeoutMs);
        Boolean(ref w, 14, publish.DeliveredMissing);
    }

    private static void WriteHello(ref ByteWriter w, ClientFrame.Hello hello)
    {
        Text(ref w, 1, hello.Token);
        if (hello.SessionId is not null || hello.SessionKey is not null)
        {
            var session = Begin(ref w, 2, 64);
            Text(ref w, 1, hello.SessionId);
            Text(ref w, 2, hello.SessionKey);
            End(ref w, session);
        }

        Text(ref w, 3, hello.Client);
        foreach (var subscription in hello.Subscriptions)
        {
            var mark = Begin(ref w, 4, 64);
            WriteSubscribe(ref w, subscription);
            End(ref w, mark);
        }

        Optional(ref w, 5, hello.InitialCredit);
        Optional(ref w, 6, hello.PieceBytes);
    }

    private static void WriteSubscribe(ref ByteWriter w, ClientFrame.Subscribe subscribe)
    {
        Text(ref w, 1, subscribe.Channel);
        if (subscribe.From is not From.AtNow)
            WriteFrom(ref w, 2, subscribe.From);

        if (subscribe.Mode is not SubscriptionMode.Events)
            Bytes(ref w, 3, Words.Of(subscribe.Mode));

        foreach (var field in subscribe.Fields ?? [])
            TextAlways(ref w, 4, field);

        if (subscribe.Shape is not null)
            WriteShape(ref w, subscribe.Shape);

        if (subscribe.Overflow is { } overflow)
            Bytes(ref w, 6, Words.Of(overflow));

        if (subscribe.AckMode is not AckMode.Auto)
            Bytes(ref w, 7, Words.Of(subscribe.AckMode));

        if (subscribe.Priority is { } priority)
            Bytes(ref w, 8, Words.Of(priority));

        if (subscribe.Order is not DeliveryOrder.Lanes)
            Bytes(ref w, 9, Words.Of(subscribe.Order));

        Text(ref w, 10, subscribe.Group);
        foreach (var (attribute, values) in subscribe.Filter ?? [])
        {
            var mark = Begin(ref w, 11, 32);
            Text(ref w, 1, attribute);
            foreach (var value in values)
                TextAlways(ref w, 2, value);

            End(ref w, mark);
        }

        if (subscribe.Presence is not PresenceInterest.None)
            Bytes(ref w, 12, Words.Of(subscribe.Presence));
    }

    private static void WriteShape(ref ByteWriter w, Shape shape)
    {
        var mark = Begin(ref w, 5, 32);
        Number(ref w, 1, shape.DebounceMs ?? 0);
        Number(ref w, 2, shape.DebounceMaxMs ?? 0);
        foreach (var type in shape.Immediate)
            TextAlways(ref w, 3, type);

        Text(ref w, 4, shape.Conflate);
        Number(ref w, 5, shape.BatchMs ?? 0);
        Number(ref w, 6, shape.BatchMax ?? 0);
        Number(ref w, 7, shape.MaxPerSecond ?? 0);
        End(ref w, mark);
    }

    private static void WriteFrom(ref ByteWriter w, int field, From from)
    {
        var mark = Begin(ref w, field, 24);
        switch (from)
        {
            case From.Last last:
                Always(ref w, 2, last.Count);
                break;
            case From.Position position:
                var inner = Begin(ref w, 3, 20);
                Text(ref w, 1, position.Epoch);
                Number(ref w, 2, position.Offset);
                End(ref w, inner);
                break;
            default:
                Bytes(ref w, 1, Words.Of(from));
                break;
        }

        End(ref w, mark);
    }
}

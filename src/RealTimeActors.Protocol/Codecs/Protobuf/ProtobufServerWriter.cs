using RealTimeActors.Protocol.Frames;
using static RealTimeActors.Protocol.Codecs.ProtoWriting;

namespace RealTimeActors.Protocol.Codecs;

/// <summary>Server frames in Protobuf, each with its length before it.</summary>
internal static partial class ProtobufServerWriter
{
    /// <summary>About how many bytes the frame takes, rather too many.</summary>
    public static int Expect(ServerFrame frame) => frame switch
    {
        ServerFrame.Event e => Expect(e.Body),
        ServerFrame.Piece piece => 32 + piece.Data.Length,
        _ => 256,
    };

    /// <summary>About how many bytes the event takes, rather too many.</summary>
    public static int Expect(ChannelEvent e) => 384 + e.Data.Length + (3 * (e.Channel.Length + e.Type.Length + e.Id.Length));

    /// <summary>Writes the length and the frame.</summary>
    public static void Write(ref ByteWriter w, ServerFrame frame)
    {
        if (frame is ServerFrame.Event e)
        {
            WriteEvent(ref w, e.Body, e.Attempt, e.Id);
            return;
        }

        var (field, expected) = FieldOf(frame);
        var mark = Begin(ref w, expected + 4);
        Number(ref w, 1, frame.Id);
        var body = Begin(ref w, field, expected);
        WriteBody(ref w, frame);
        End(ref w, body);
        End(ref w, mark);
    }

    /// <summary>Writes the length and the frame of an event.</summary>
    public static void WriteEvent(ref ByteWriter w, ChannelEvent e, int attempt, long id)
    {
        var bodyBytes = EventBytes(e);
        var mark = Begin(ref w, bodyBytes + 3);
        Number(ref w, 1, id);
        WriteEventBody(ref w, 4, e, attempt, bodyBytes);
        End(ref w, mark);
    }

    private static (int Field, int BytesExpected) FieldOf(ServerFrame frame) => frame switch
    {
        ServerFrame.Welcome => (2, 128),
        ServerFrame.Subscribed => (3, 64),
        ServerFrame.Receipt => (5, 64),
        ServerFrame.Mutated => (6, 64),
        ServerFrame.State => (7, 128),
        ServerFrame.Change => (8, 64),
        ServerFrame.Gap => (9, 64),
        ServerFrame.Lag => (10, 64),
        ServerFrame.Unsubscribed => (11, 64),
        ServerFrame.PresenceDiff => (12, 128),
        ServerFrame.Page => (13, 128),
        ServerFrame.Goaway => (14, 64),
        ServerFrame.Error => (15, 64),
        ServerFrame.Close => (16, 64),
        ServerFrame.Ok => (17, 0),
        ServerFrame.Ping => (18, 0),
        ServerFrame.Pong => (19, 0),
        ServerFrame.Skip => (20, 64),
        ServerFrame.Piece piece => (21, 8 + piece.Data.Length),
        _ => throw new ArgumentException($"{frame.GetType().Name} is not for the wire.", nameof(frame)),
    };

    /// <summary>About how many bytes the body of an event takes: near enough that its length nearly always takes the room left for it.</summary>
    private static int EventBytes(ChannelEvent e)
        => 24 + e.Data.Length + e.Hash.Length + (e.Hash.IsEmpty ? 0 : 2) + e.Channel.Length + e.Id.Length + e.Type.Length
            + Length(e.Key) + Length(e.Source) + Length(e.User) + Length(e.CorrelationId) + Length(e.Session);

    private static int Length(string? text) => text is null ? 0 : text.Length + 2;

    private static void WriteEventBody(ref ByteWriter w, int field, ChannelEvent e, int attempt, int bytesExpected)
    {
        var mark = Begin(ref w, field, bytesExpected);
        Text(ref w, 1, e.Channel);
        Number(ref w, 2, e.Offset);
        Text(ref w, 3, e.Id);
        Text(ref w, 4, e.Type);
        Number(ref w, 5, e.TimeUnixMs);
        Bytes(ref w, 6, Words.Of(e.Priority));
        Text(ref w, 7, e.Key);
        Text(ref w, 8, e.Source);
        Text(ref w, 9, e.User);
        Text(ref w, 10, e.CorrelationId);
        Text(ref w, 11, e.Session);
        Bytes(ref w, 12, e.Data.Span);
        Bytes(ref w, 13, e.Hash.Span);
        Number(ref w, 14, attempt);
        End(ref w, mark);
    }

    private static void WriteBody(ref ByteWriter w, ServerFrame frame)
    {
        switch (frame)
        {
            case ServerFrame.Receipt receipt:
                Bytes(ref w, 1, Words.Of(receipt.Status));
                Text(ref w, 2, receipt.Channel);
                Text(ref w, 3, receipt.Epoch);
                Number(ref w, 4, receipt.Offset);
                Bytes(ref w, 5, receipt.Hash.Span);
                Boolean(ref w, 6, receipt.Duplicate);
                Number(ref w, 7, receipt.Acked ?? 0);
                Number(ref w, 8, receipt.Of ?? 0);
                WriteMembers(ref w, 9, receipt.Missing);
                break;
            case ServerFrame.Ok or ServerFrame.Ping or ServerFrame.Pong:
                break;
            case ServerFrame.Subscribed subscribed:
                WriteSubscribed(ref w, subscribed);
                break;
            case ServerFrame.Welcome welcome:
                WriteWelcome(ref w, welcome);
                break;
            case ServerFrame.Error error:
                Number(ref w, 1, (int)error.Code);
                Text(ref w, 2, ErrorCodes.NameOf(error.Code));
                Text(ref w, 3, error.Message);
                Text(ref w, 4, ErrorCodes.NameOf(ErrorCodes.RetryOf(error.Code)));
                Number(ref w, 5, error.AfterMs ?? 0);
                break;
            case ServerFrame.Close close:
                Number(ref w, 1, close.Code);
                Text(ref w, 2, close.Reason);
                Number(ref w, 3, close.AfterMs);
                break;
            case ServerFrame.Skip skip:
                Text(ref w, 1, skip.Channel);
                Number(ref w, 2, skip.From);
                Number(ref w, 3, skip.To);
                break;
            case ServerFrame.Gap gap:
                Text(ref w, 1, gap.Channel);
                Number(ref w, 2, gap.From);
                Number(ref w, 3, gap.To);
                Text(ref w, 4, gap.Reason);
                break;
            case ServerFrame.Lag lag:
                Text(ref w, 1, lag.Channel);
                Number(ref w, 2, lag.Behind);
                Text(ref w, 3, lag.Mode);
                break;
            case ServerFrame.Unsubscribed unsubscribed:
                Text(ref w, 1, unsubscribed.Channel);
                Number(ref w, 2, unsubscribed.Code);
                Text(ref w, 3, unsubscribed.Reason);
                break;
            case ServerFrame.Goaway goaway:
                Number(ref w, 1, goaway.WithinMs);
                Number(ref w, 2, goaway.SpreadMs);
                Text(ref w, 3, goaway.Url);
                break;
            case ServerFrame.Piece piece:
                Number(ref w, 1, piece.Of);
                Boolean(ref w, 2, piece.Last);
                Bytes(ref w, 3, piece.Data.Span);
                break;
            default:
                WriteStateBody(ref w, frame);
                break;
        }
    }

    private static void WriteSubscribed(ref ByteWriter w, ServerFrame.Subscribed subscribed)
    {
        Text(ref w, 1, subscribed.Channel);
        Text(ref w, 2, subscribed.Epoch);
        Number(ref w, 3, subscribed.Offset);
        Bytes(ref w, 4, Words.Of(subscribed.Recovered));
        Number(ref w, 5, subscribed.Head);
        if (subscribed.Missing is { } missing)
        {
            var range = Begin(ref w, 6, 16);
            Number(ref w, 1, missing.From);
            Number(ref w, 2, missing.To);
            End(ref w, range);
        }

        Text(ref w, 7, subscribed.Reason);
    }

    private static void WriteWelcome(ref ByteWriter w, ServerFrame.Welcome welcome)
    {
        Text(ref w, 1, welcome.Connection);
        var session = Begin(ref w, 2, 64);
        Text(ref w, 1, welcome.Session.Id);
        Text(ref w, 2, welcome.Session.Key);
        Boolean(ref w, 3, welcome.Session.Resumed);
        Text(ref w, 4, welcome.Session.Reason);
        End(ref w, session);
        Text(ref w, 3, welcome.Node);
        Number(ref w, 4, welcome.HeartbeatMs);
        foreach (var subscribed in welcome.Subscriptions)
        {
            var mark = Begin(ref w, 5, 64);
            WriteSubscribed(ref w, subscribed);
            End(ref w, mark);
        }

        Number(ref w, 6, welcome.TimeUnixMs);
        Number(ref w, 7, welcome.FrameBytesMax);
        Number(ref w, 8, welcome.SubscriptionsMax);
        var reconnect = Begin(ref w, 9, 24);
        Number(ref w, 1, welcome.Reconnect.MinMs);
        Number(ref w, 2, welcome.Reconnect.MaxMs);
        Double(ref w, 3, welcome.Reconnect.Factor);
        Double(ref w, 4, welcome.Reconnect.Jitter);
        End(ref w, reconnect);
    }
}

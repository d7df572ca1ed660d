using System.Buffers.Text;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Protocol.Codecs;

/// <summary>Server frames as lines of JSON, exactly in the shapes of PROTOCOL.md.</summary>
internal static partial class JsonServerWriter
{
    /// <summary>About how many bytes the frame takes, rather too many.</summary>
    public static int Expect(ServerFrame frame) => frame switch
    {
        ServerFrame.Event e => Expect(e.Body),
        ServerFrame.Piece piece => 64 + Base64.GetMaxEncodedToUtf8Length(piece.Data.Length),
        _ => 384,
    };

    /// <summary>About how many bytes the event takes, rather too many.</summary>
    public static int Expect(ChannelEvent e) => 512 + e.Data.Length + (3 * (e.Channel.Length + e.Type.Length + e.Id.Length));

    /// <summary>Writes the frame and its line end.</summary>
    public static void Write(ref ByteWriter w, ServerFrame frame)
    {
        if (frame is ServerFrame.Event e)
        {
            WriteEvent(ref w, e.Body, e.Attempt, e.Id);
            return;
        }

        w.Byte((byte)'{');
        WriteId(ref w, frame.Id);
        WriteBody(ref w, frame);
        w.Raw("}\n"u8);
    }

    /// <summary>Writes the frame of an event and its line end.</summary>
    public static void WriteEvent(ref ByteWriter w, ChannelEvent e, int attempt, long id)
    {
        w.Byte((byte)'{');
        WriteId(ref w, id);
        w.Raw("\"event\":"u8);
        WriteEventBody(ref w, e, attempt);
        w.Raw("}\n"u8);
    }

    private static void WriteId(ref ByteWriter w, long id)
    {
        if (id == 0)
            return;

        w.Raw("\"id\":"u8);
        JsonWriting.Number(ref w, id);
        w.Byte((byte)',');
    }

    /// <summary>The body of an event; the same in <c>page</c>.</summary>
    public static void WriteEventBody(ref ByteWriter w, ChannelEvent e, int attempt)
    {
        w.Raw("{\"channel\":"u8);
        JsonWriting.String(ref w, e.Channel);
        w.Raw(",\"offset\":"u8);
        JsonWriting.Number(ref w, e.Offset);
        w.Raw(",\"id\":"u8);
        JsonWriting.String(ref w, e.Id);
        w.Raw(",\"type\":"u8);
        JsonWriting.String(ref w, e.Type);
        w.Raw(",\"time\":"u8);
        JsonWriting.Time(ref w, e.TimeUnixMs);
        w.Raw(",\"priority\":"u8);
        JsonWriting.Word(ref w, Words.Of(e.Priority));
        JsonWriting.Optional(ref w, ",\"key\":"u8, e.Key);
        JsonWriting.Optional(ref w, ",\"source\":"u8, e.Source);
        JsonWriting.Optional(ref w, ",\"user\":"u8, e.User);
        JsonWriting.Optional(ref w, ",\"correlationId\":"u8, e.CorrelationId);
        JsonWriting.Optional(ref w, ",\"session\":"u8, e.Session);
        w.Raw(",\"data\":"u8);
        JsonWriting.Value(ref w, e.Data.Span);
        if (!e.Hash.IsEmpty)
        {
            w.Raw(",\"hash\":"u8);
            JsonWriting.Hex(ref w, e.Hash.Span);
        }

        JsonWriting.Positive(ref w, ",\"attempt\":"u8, attempt);
        w.Byte((byte)'}');
    }

    private static void WriteBody(ref ByteWriter w, ServerFrame frame)
    {
        switch (frame)
        {
            case ServerFrame.Receipt receipt:
                WriteReceipt(ref w, receipt);
                break;
            case ServerFrame.Ok:
                w.Raw("\"ok\":{}"u8);
                break;
            case ServerFrame.Ping:
                w.Raw("\"ping\":{}"u8);
                break;
            case ServerFrame.Pong:
                w.Raw("\"pong\":{}"u8);
                break;
            case ServerFrame.Subscribed subscribed:
                w.Raw("\"subscribed\":"u8);
                WriteSubscribed(ref w, subscribed);
                break;
            case ServerFrame.Welcome welcome:
                WriteWelcome(ref w, welcome);
                break;
            case ServerFrame.Error error:
                WriteError(ref w, error);
                break;
            case ServerFrame.Close close:
                w.Raw("\"close\":{\"code\":"u8);
                JsonWriting.Number(ref w, close.Code);
                w.Raw(",\"reason\":"u8);
                JsonWriting.String(ref w, close.Reason);
                w.Raw(",\"afterMs\":"u8);
                JsonWriting.Number(ref w, close.AfterMs);
                w.Byte((byte)'}');
                break;
            case ServerFrame.Skip skip:
                w.Raw("\"skip\":{\"channel\":"u8);
                WriteRange(ref w, skip.Channel, skip.From, skip.To);
                w.Byte((byte)'}');
                break;
            case ServerFrame.Gap gap:
                w.Raw("\"gap\":{\"channel\":"u8);
                WriteRange(ref w, gap.Channel, gap.From, gap.To);
                w.Raw(",\"reason\":"u8);
                JsonWriting.String(ref w, gap.Reason);
                w.Byte((byte)'}');
                break;
            case ServerFrame.Lag lag:
                w.Raw("\"lag\":{\"channel\":"u8);
                JsonWriting.String(ref w, lag.Channel);
                w.Raw(",\"behind\":"u8);
                JsonWriting.Number(ref w, lag.Behind);
                w.Raw(",\"mode\":"u8);
                JsonWriting.String(ref w, lag.Mode);
                w.Byte((byte)'}');
                break;
            case ServerFrame.Unsubscribed unsubscribed:
                w.Raw("\"unsubscribed\":{\"channel\":"u8);
                JsonWriting.String(ref w, unsubscribed.Channel);
                w.Raw(",\"code\":"u8);
                JsonWriting.Number(ref w, unsubscribed.Code);
                w.Raw(",\"reason\":"u8);
                JsonWriting.String(ref w, unsubscribed.Reason);
                w.Byte((byte)'}');
                break;
            case ServerFrame.Goaway goaway:
                w.Raw("\"goaway\":{\"withinMs\":"u8);
                JsonWriting.Number(ref w, goaway.WithinMs);
                w.Raw(",\"spreadMs\":"u8);
                JsonWriting.Number(ref w, goaway.SpreadMs);
                w.Raw(",\"url\":"u8);
                if (string.IsNullOrEmpty(goaway.Url))
                    w.Raw("null"u8);
                else
                    JsonWriting.String(ref w, goaway.Url);

                w.Byte((byte)'}');
                break;
            case ServerFrame.Piece piece:
                w.Raw("\"piece\":{\"of\":"u8);
                JsonWriting.Number(ref w, piece.Of);
                w.Raw(",\"last\":"u8);
                JsonWriting.Boolean(ref w, piece.Last);
                w.Raw(",\"data\":"u8);
                JsonWriting.Bytes(ref w, piece.Data.Span);
                w.Byte((byte)'}');
                break;
            default:
                WriteStateBody(ref w, frame);
                break;
        }
    }

    private static void WriteRange(ref ByteWriter w, string channel, long from, long to)
    {
        JsonWriting.String(ref w, channel);
        w.Raw(",\"from\":"u8);
        JsonWriting.Number(ref w, from);
        w.Raw(",\"to\":"u8);
        JsonWriting.Number(ref w, to);
    }

    private static void WriteReceipt(ref ByteWriter w, ServerFrame.Receipt receipt)
    {
        w.Raw("\"receipt\":{\"status\":"u8);
        JsonWriting.Word(ref w, Words.Of(receipt.Status));
        w.Raw(",\"channel\":"u8);
        JsonWriting.String(ref w, receipt.Channel);
        JsonWriting.Optional(ref w, ",\"epoch\":"u8, receipt.Epoch);
        JsonWriting.Positive(ref w, ",\"offset\":"u8, receipt.Offset);
        if (!receipt.Hash.IsEmpty)
        {
            w.Raw(",\"hash\":"u8);
            JsonWriting.Hex(ref w, receipt.Hash.Span);
        }

        w.Raw(receipt.Duplicate ? ",\"duplicate\":true"u8 : ",\"duplicate\":false"u8);
        if (receipt.Acked is { } acked)
        {
            w.Raw(",\"delivered\":{\"acked\":"u8);
            JsonWriting.Number(ref w, acked);
            w.Raw(",\"of\":"u8);
            JsonWriting.Number(ref w, receipt.Of ?? acked);
            for (var i = 0; i < receipt.Missing.Count; i++)
            {
                w.Raw(i > 0 ? ",{\"session\":"u8 : ",\"missing\":[{\"session\":"u8);
                JsonWriting.String(ref w, receipt.Missing[i].Session);
                JsonWriting.Optional(ref w, ",\"user\":"u8, receipt.Missing[i].User);
                w.Byte((byte)'}');
            }

            if (receipt.Missing.Count > 0)
                w.Byte((byte)']');

            w.Byte((byte)'}');
        }

        w.Byte((byte)'}');
    }

    private static void WriteError(ref ByteWriter w, ServerFrame.Error error)
    {
        w.Raw("\"error\":{\"code\":"u8);
        JsonWriting.Number(ref w, (int)error.Code);
        w.Raw(",\"name\":"u8);
        JsonWriting.String(ref w, ErrorCodes.NameOf(error.Code));
        w.Raw(",\"message\":"u8);
        JsonWriting.String(ref w, error.Message);
        w.Raw(",\"retry\":"u8);
        JsonWriting.String(ref w, ErrorCodes.NameOf(ErrorCodes.RetryOf(error.Code)));
        JsonWriting.Optional(ref w, ",\"afterMs\":"u8, error.AfterMs);
        w.Byte((byte)'}');
    }

    private static void WriteSubscribed(ref ByteWriter w, ServerFrame.Subscribed subscribed)
    {
        w.Raw("{\"channel\":"u8);
        JsonWriting.String(ref w, subscribed.Channel);
        w.Raw(",\"epoch\":"u8);
        JsonWriting.String(ref w, subscribed.Epoch);
        w.Raw(",\"offset\":"u8);
        JsonWriting.Number(ref w, subscribed.Offset);
        w.Raw(",\"head\":"u8);
        JsonWriting.Number(ref w, subscribed.Head);
        w.Raw(",\"recovered\":"u8);
        JsonWriting.Word(ref w, Words.Of(subscribed.Recovered));
        if (subscribed.Missing is { } missing)
        {
            w.Raw(",\"gap\":{\"from\":"u8);
            JsonWriting.Number(ref w, missing.From);
            w.Raw(",\"to\":"u8);
            JsonWriting.Number(ref w, missing.To);
            JsonWriting.Optional(ref w, ",\"reason\":"u8, subscribed.Reason);
            w.Byte((byte)'}');
        }
        else
        {
            JsonWriting.Optional(ref w, ",\"reason\":"u8, subscribed.Reason);
        }

        w.Byte((byte)'}');
    }

    private static void WriteWelcome(ref ByteWriter w, ServerFrame.Welcome welcome)
    {
        w.Raw("\"welcome\":{\"connection\":"u8);
        JsonWriting.String(ref w, welcome.Connection);
        w.Raw(",\"session\":{\"id\":"u8);
        JsonWriting.String(ref w, welcome.Session.Id);
        w.Raw(",\"key\":"u8);
        JsonWriting.String(ref w, welcome.Session.Key);
        w.Raw(",\"resumed\":"u8);
        JsonWriting.Boolean(ref w, welcome.Session.Resumed);
        JsonWriting.Optional(ref w, ",\"reason\":"u8, welcome.Session.Reason);
        w.Raw("},\"node\":"u8);
        JsonWriting.String(ref w, welcome.Node);
        w.Raw(",\"time\":"u8);
        JsonWriting.Time(ref w, welcome.TimeUnixMs);
        w.Raw(",\"heartbeatMs\":"u8);
        JsonWriting.Number(ref w, welcome.HeartbeatMs);
        w.Raw(",\"limits\":{\"frameBytes\":"u8);
        JsonWriting.Number(ref w, welcome.FrameBytesMax);
        w.Raw(",\"subscriptions\":"u8);
        JsonWriting.Number(ref w, welcome.SubscriptionsMax);
        w.Raw("},\"reconnect\":{\"minMs\":"u8);
        JsonWriting.Number(ref w, welcome.Reconnect.MinMs);
        w.Raw(",\"maxMs\":"u8);
        JsonWriting.Number(ref w, welcome.Reconnect.MaxMs);
        w.Raw(",\"factor\":"u8);
        JsonWriting.Number(ref w, welcome.Reconnect.Factor);
        w.Raw(",\"jitter\":"u8);
        JsonWriting.Number(ref w, welcome.Reconnect.Jitter);
        w.Raw("},\"subscriptions\":["u8);
        for (var i = 0; i < welcome.Subscriptions.Count; i++)
        {
            if (i > 0)
                w.Byte((byte)',');

            WriteSubscribed(ref w, welcome.Subscriptions[i]);
        }

        w.Raw("]}"u8);
    }
}

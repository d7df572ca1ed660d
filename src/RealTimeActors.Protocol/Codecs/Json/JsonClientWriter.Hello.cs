using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Protocol.Codecs;

/// <summary><c>hello</c>, the <c>subscribe</c> bodies that it may hold, and what these are made of.</summary>
internal static partial class JsonClientWriter
{
    private static void WriteHello(ref ByteWriter w, ClientFrame.Hello hello)
    {
        // Every field brings its comma; the first one's becomes the brace.
        w.Raw("\"hello\":"u8);
        var start = w.Length;
        JsonWriting.Optional(ref w, ",\"token\":"u8, hello.Token);
        if (hello.SessionId is not null || hello.SessionKey is not null)
        {
            w.Raw(",\"session\":{\"id\":"u8);
            JsonWriting.String(ref w, hello.SessionId);
            w.Raw(",\"key\":"u8);
            JsonWriting.String(ref w, hello.SessionKey);
            w.Byte((byte)'}');
        }

        JsonWriting.Optional(ref w, ",\"client\":"u8, hello.Client);
        for (var i = 0; i < hello.Subscriptions.Count; i++)
        {
            w.Raw(i > 0 ? ","u8 : ",\"subscribe\":["u8);
            WriteSubscribe(ref w, hello.Subscriptions[i]);
        }

        if (hello.Subscriptions.Count > 0)
            w.Byte((byte)']');

        JsonWriting.Optional(ref w, ",\"credit\":"u8, hello.InitialCredit);
        JsonWriting.Optional(ref w, ",\"pieces\":"u8, hello.PieceBytes);
        Close(ref w, start);
    }

    private static void WriteSubscribe(ref ByteWriter w, ClientFrame.Subscribe subscribe)
    {
        w.Raw("{\"channel\":"u8);
        JsonWriting.String(ref w, subscribe.Channel);
        if (subscribe.From is not From.AtNow)
            WriteFrom(ref w, subscribe.From);

        if (subscribe.Mode is not SubscriptionMode.Events)
            w.Raw(",\"mode\":\"state\""u8);

        if (subscribe.Fields is not null)
            WriteStrings(ref w, ",\"fields\":["u8, subscribe.Fields);

        if (subscribe.Shape is not null)
            WriteShape(ref w, subscribe.Shape);

        if (subscribe.Overflow is { } overflow)
        {
            w.Raw(",\"overflow\":"u8);
            JsonWriting.Word(ref w, Words.Of(overflow));
        }

        if (subscribe.AckMode is not AckMode.Auto)
        {
            w.Raw(",\"ack\":"u8);
            JsonWriting.Word(ref w, Words.Of(subscribe.AckMode));
        }

        if (subscribe.Order is not DeliveryOrder.Lanes)
            w.Raw(",\"order\":\"offset\""u8);

        if (subscribe.Priority is { } priority)
        {
            w.Raw(",\"priority\":"u8);
            JsonWriting.Word(ref w, Words.Of(priority));
        }

        JsonWriting.Optional(ref w, ",\"group\":"u8, subscribe.Group);
        if (subscribe.Filter is not null)
            WriteFilter(ref w, subscribe.Filter);

        if (subscribe.Presence is not PresenceInterest.None)
        {
            w.Raw(",\"presence\":"u8);
            JsonWriting.Word(ref w, Words.Of(subscribe.Presence));
        }

        w.Byte((byte)'}');
    }

    private static void WriteFilter(ref ByteWriter w, IReadOnlyList<AttributeFilter> filter)
    {
        w.Raw(",\"filter\":"u8);
        var start = w.Length;
        foreach (var (attribute, values) in filter)
        {
            w.Byte((byte)',');
            JsonWriting.String(ref w, attribute);
            WriteStrings(ref w, ":["u8, values);
        }

        Close(ref w, start);
    }

    private static void WriteShape(ref ByteWriter w, Shape shape)
    {
        w.Raw(",\"shape\":"u8);
        var start = w.Length;
        JsonWriting.Optional(ref w, ",\"debounceMs\":"u8, shape.DebounceMs);
        JsonWriting.Optional(ref w, ",\"debounceMaxMs\":"u8, shape.DebounceMaxMs);
        if (shape.Immediate.Count > 0)
            WriteStrings(ref w, ",\"immediate\":["u8, shape.Immediate);

        JsonWriting.Optional(ref w, ",\"conflate\":"u8, shape.Conflate);
        JsonWriting.Optional(ref w, ",\"batchMs\":"u8, shape.BatchMs);
        JsonWriting.Optional(ref w, ",\"batchMax\":"u8, shape.BatchMax);
        JsonWriting.Optional(ref w, ",\"maxPerSecond\":"u8, shape.MaxPerSecond);
        Close(ref w, start);
    }

    private static void WriteStrings(ref ByteWriter w, ReadOnlySpan<byte> begin, IReadOnlyList<string> values)
    {
        w.Raw(begin);
        for (var i = 0; i < values.Count; i++)
        {
            if (i > 0)
                w.Byte((byte)',');

            JsonWriting.String(ref w, values[i]);
        }

        w.Byte((byte)']');
    }

    private static void WriteFrom(ref ByteWriter w, From from)
    {
        w.Raw(",\"from\":"u8);
        switch (from)
        {
            case From.Last last:
                w.Raw("{\"last\":"u8);
                JsonWriting.Number(ref w, last.Count);
                w.Byte((byte)'}');
                break;
            case From.Position position:
                w.Raw("{\"epoch\":"u8);
                JsonWriting.String(ref w, position.Epoch);
                w.Raw(",\"offset\":"u8);
                JsonWriting.Number(ref w, position.Offset);
                w.Byte((byte)'}');
                break;
            default:
                JsonWriting.Word(ref w, Words.Of(from));
                break;
        }
    }

    private static void Close(ref ByteWriter w, int start)
    {
        if (w.Length == start)
            w.Byte((byte)'{');
        else
            w.Written[start] = (byte)'{';

        w.Byte((byte)'}');
    }
}

using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Protocol.Codecs;

/// <summary>Client frames as lines of JSON. Fields that have their default are left out.</summary>
internal static partial class JsonClientWriter
{
    /// <summary>Writes the frame and its line end.</summary>
    public static void Write(ref ByteWriter w, ClientFrame frame)
    {
        w.Byte((byte)'{');
        if (frame.Id != 0)
        {
            w.Raw("\"id\":"u8);
            JsonWriting.Number(ref w, frame.Id);
            w.Byte((byte)',');
        }

        WriteBody(ref w, frame);
        w.Raw("}\n"u8);
    }

    private static void WriteBody(ref ByteWriter w, ClientFrame frame)
    {
        switch (frame)
        {
            case ClientFrame.Publish publish:
                WritePublish(ref w, publish);
                break;
            case ClientFrame.Ack ack:
                WriteAck(ref w, ack);
                break;
            case ClientFrame.Credit credit:
                w.Raw("\"credit\":{\"events\":"u8);
                JsonWriting.Number(ref w, credit.Events);
                w.Byte((byte)'}');
                break;
            case ClientFrame.Hello hello:
                WriteHello(ref w, hello);
                break;
            case ClientFrame.Subscribe subscribe:
                w.Raw("\"subscribe\":"u8);
                WriteSubscribe(ref w, subscribe);
                break;
            case ClientFrame.Unsubscribe unsubscribe:
                w.Raw("\"unsubscribe\":{\"channel\":"u8);
                JsonWriting.String(ref w, unsubscribe.Channel);
                w.Byte((byte)'}');
                break;
            case ClientFrame.Mutate mutate:
                WriteMutate(ref w, mutate);
                break;
            case ClientFrame.Nack nack:
                w.Raw("\"nack\":{\"channel\":"u8);
                JsonWriting.String(ref w, nack.Channel);
                w.Raw(",\"offset\":"u8);
                JsonWriting.Number(ref w, nack.Offset);
                JsonWriting.Optional(ref w, ",\"reason\":"u8, nack.Reason);
                w.Byte((byte)'}');
                break;
            case ClientFrame.Read read:
                w.Raw("\"read\":{\"channel\":"u8);
                JsonWriting.String(ref w, read.Channel);
                w.Raw(",\"what\":"u8);
                JsonWriting.String(ref w, read.What);
                if (read.From is not null)
                    WriteFrom(ref w, read.From);

                JsonWriting.Positive(ref w, ",\"limit\":"u8, read.Limit);
                JsonWriting.Optional(ref w, ",\"at\":"u8, read.At);
                JsonWriting.Optional(ref w, ",\"key\":"u8, read.Key);
                JsonWriting.Optional(ref w, ",\"afterKey\":"u8, read.AfterKey);
                w.Byte((byte)'}');
                break;
            case ClientFrame.Presence presence:
                w.Raw("\"presence\":{\"channel\":"u8);
                JsonWriting.String(ref w, presence.Channel);
                OptionalValue(ref w, ",\"state\":"u8, presence.State.Span);
                if (presence.Leave)
                    w.Raw(",\"leave\":true"u8);

                w.Byte((byte)'}');
                break;
            case ClientFrame.Refresh refresh:
                w.Raw("\"refresh\":{\"token\":"u8);
                JsonWriting.String(ref w, refresh.Token);
                w.Byte((byte)'}');
                break;
            case ClientFrame.Ping:
                w.Raw("\"ping\":{}"u8);
                break;
            case ClientFrame.Pong:
                w.Raw("\"pong\":{}"u8);
                break;
            case ClientFrame.Bye bye:
                w.Raw(bye.KeepSession ? "\"bye\":{}"u8 : "\"bye\":{\"keepSession\":false}"u8);
                break;
            default:
                throw new ArgumentException($"{frame.GetType().Name} is not for the wire.", nameof(frame));
        }
    }

    private static void OptionalValue(ref ByteWriter w, ReadOnlySpan<byte> name, ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty)
            return;

        w.Raw(name);
        w.Raw(json);
    }

    private static void WritePublish(ref ByteWriter w, ClientFrame.Publish publish)
    {
        w.Raw("\"publish\":{\"channel\":"u8);
        JsonWriting.String(ref w, publish.Channel);
        w.Raw(",\"type\":"u8);
        JsonWriting.String(ref w, publish.Type);
        w.Raw(",\"data\":"u8);
        JsonWriting.Value(ref w, publish.Data.Span);
        JsonWriting.Optional(ref w, ",\"messageId\":"u8, publish.MessageId);
        JsonWriting.Optional(ref w, ",\"key\":"u8, publish.Key);
        if (publish.Priority is not Priority.Normal)
        {
            w.Raw(",\"priority\":"u8);
            JsonWriting.Word(ref w, Words.Of(publish.Priority));
        }

        if (publish.Confirm is not Confirm.Persisted)
        {
            w.Raw(",\"confirm\":"u8);
            JsonWriting.Word(ref w, Words.Of(publish.Confirm));
        }

        if (publish.ProducerId is not null)
        {
            w.Raw(",\"producer\":{\"id\":"u8);
            JsonWriting.String(ref w, publish.ProducerId);
            w.Raw(",\"sequence\":"u8);
            JsonWriting.Number(ref w, publish.ProducerSequence);
            w.Byte((byte)'}');
        }

        JsonWriting.Optional(ref w, ",\"source\":"u8, publish.Source);
        JsonWriting.Optional(ref w, ",\"correlationId\":"u8, publish.CorrelationId);
        JsonWriting.Positive(ref w, ",\"ttlMs\":"u8, publish.TtlMs);
        if (publish.DeliveredCount != 0 || publish.DeliveredTimeoutMs != 0 || publish.DeliveredMissing)
        {
            w.Raw(",\"delivered\":"u8);
            var start = w.Length;
            JsonWriting.Positive(ref w, ",\"count\":"u8, publish.DeliveredCount);
            JsonWriting.Positive(ref w, ",\"timeoutMs\":"u8, publish.DeliveredTimeoutMs);
            if (publish.DeliveredMissing)
                w.Raw(",\"missing\":true"u8);

            Close(ref w, start);
        }

        w.Byte((byte)'}');
    }

    private static void WriteAck(ref ByteWriter w, ClientFrame.Ack ack)
    {
        w.Raw("\"ack\":{\"channel\":"u8);
        JsonWriting.String(ref w, ack.Channel);
        w.Raw(",\"offset\":"u8);
        JsonWriting.Number(ref w, ack.Offset);
        for (var i = 0; i < ack.Ranges.Count; i++)
        {
            w.Raw(i > 0 ? ",["u8 : ",\"ranges\":[["u8);
            JsonWriting.Number(ref w, ack.Ranges[i].From);
            w.Byte((byte)',');
            JsonWriting.Number(ref w, ack.Ranges[i].To);
            w.Byte((byte)']');
        }

        w.Raw(ack.Ranges.Count > 0 ? "]}"u8 : "}"u8);
    }

    private static void WriteMutate(ref ByteWriter w, ClientFrame.Mutate mutate)
    {
        w.Raw("\"mutate\":{\"channel\":"u8);
        JsonWriting.String(ref w, mutate.Channel);
        w.Raw(",\"key\":"u8);
        JsonWriting.String(ref w, mutate.Key);
        w.Raw(",\"operation\":"u8);
        JsonWriting.String(ref w, mutate.Operation);
        OptionalValue(ref w, ",\"value\":"u8, mutate.Value.Span);
        JsonWriting.Optional(ref w, ",\"ifVersion\":"u8, mutate.IfVersion);
        JsonWriting.Optional(ref w, ",\"baseVersion\":"u8, mutate.BaseVersion);
        JsonWriting.Optional(ref w, ",\"mutationId\":"u8, mutate.MutationId);
        JsonWriting.Optional(ref w, ",\"time\":"u8, mutate.TimeUnixMs);
        w.Byte((byte)'}');
    }
}

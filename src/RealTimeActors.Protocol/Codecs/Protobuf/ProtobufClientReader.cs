using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Protocol.Codecs;

/// <summary>The bytes of one <c>ClientFrame</c> to the frame.</summary>
internal static partial class ProtobufClientReader
{
    private const int KindFirst = 2;
    private const int KindLast = 15;

    /// <summary>Reads the frame. Null: it is of an unknown kind and nobody waits for an answer.</summary>
    public static ClientFrame? Read(ReadOnlySpan<byte> bytes)
    {
        var r = new ProtoReader(bytes);
        long id = 0;
        var kind = 0;
        var unknown = 0;
        ReadOnlySpan<byte> body = default;
        while (r.Next())
        {
            if (r.Field == 1 && r.Wire is Wire.Varint)
            {
                r.Integer("id", ref id);
            }
            else if (r.Field is >= KindFirst and <= KindLast && r.Wire is Wire.Bytes)
            {
                // oneof: the last one counts
                kind = r.Field;
                body = r.Bytes;
            }
            else
            {
                unknown = r.Field;
            }
        }

        var error = r.Error;
        if (error is null && kind != 0)
        {
            var frame = ReadBody(kind, body, id, out error);
            if (error is null)
                return frame;
        }

        if (error is not null)
            return new ClientFrame.Malformed(ErrorCode.BadRequest, error) { Id = id };

        var message = unknown == 0
            ? "A ClientFrame with one of its bodies is expected; there is none."
            : $"Field {unknown} is no kind of frame that this server knows.";
        return id == 0 ? null : new ClientFrame.Malformed(ErrorCode.BadRequest, message) { Id = id };
    }

    /// <summary>The id where it is the first field, for a frame that is not worth reading; else 0.</summary>
    public static long FindLeadingId(ReadOnlySpan<byte> bytes)
    {
        var r = new ProtoReader(bytes);
        long id = 0;
        if (r.Next() && r.Field == 1 && r.Wire is Wire.Varint)
            r.Integer("id", ref id);

        return id;
    }

    private static ClientFrame? ReadBody(int kind, ReadOnlySpan<byte> body, long id, out string? error)
    {
        var r = new ProtoReader(body);
        ClientFrame? frame = kind switch
        {
            2 => ReadHello(ref r, id),
            3 => ReadSubscribe(ref r, id),
            4 => ReadUnsubscribe(ref r, id),
            5 => ReadPublish(ref r, id),
            6 => ReadMutate(ref r, id),
            7 => ReadAck(ref r, id),
            8 => ReadNack(ref r, id),
            9 => ReadCredit(ref r, id),
            10 => ReadRead(ref r, id),
            11 => ReadPresence(ref r, id),
            12 => ReadRefresh(ref r, id),
            13 => Pass(ref r) ? new ClientFrame.Ping { Id = id } : null,
            14 => ReadBye(ref r, id),
            _ => Pass(ref r) ? new ClientFrame.Pong { Id = id } : null,
        };
        error = r.Error;
        return frame;
    }

    private static bool Pass(ref ProtoReader r)
    {
        while (r.Next())
        {
        }

        return r.Error is null;
    }
}

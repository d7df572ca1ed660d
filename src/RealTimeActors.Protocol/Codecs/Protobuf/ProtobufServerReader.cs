using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Protocol.Codecs;

/// <summary>The bytes of one <c>ServerFrame</c> to the frame: tolerant of what it does not know, absent fields have their defaults.</summary>
internal static partial class ProtobufServerReader
{
    /// <summary>Reads the frame. Null: it is no Protobuf, or a known field has bytes that cannot be.</summary>
    public static ServerFrame? Read(ReadOnlySpan<byte> bytes)
    {
        var r = new ProtoReader(bytes);
        long id = 0;
        var kind = 0;
        ReadOnlySpan<byte> body = default;
        while (r.Next())
        {
            if (r.Field == 1 && r.Wire is Wire.Varint)
            {
                r.Integer("id", ref id);
            }
            else if (r.Wire is Wire.Bytes)
            {
                kind = r.Field;
                body = r.Bytes;
            }
        }

        if (r.Error is not null)
            return null;

        var inner = new ProtoReader(body);
        var frame = ReadBody(kind, ref inner, id);
        return inner.Error is null ? frame : null;
    }

    private static ServerFrame ReadBody(int kind, ref ProtoReader r, long id) => kind switch
    {
        4 => ReadEventFrame(ref r, id),
        5 => ReadReceipt(ref r, id),
        2 => ReadWelcome(ref r, id),
        3 => ReadSubscribed(ref r, id),
        6 => ReadMutated(ref r, id),
        7 => ReadState(ref r, id),
        8 => ReadChange(ref r, id),
        12 => ReadPresence(ref r, id),
        13 => ReadPage(ref r, id),
        9 or 10 or 11 or 14 or 15 or 16 or 20 => ReadFlat(kind, ref r, id),
        17 => new ServerFrame.Ok { Id = id },
        18 => new ServerFrame.Ping { Id = id },
        19 => new ServerFrame.Pong { Id = id },
        21 => ReadPiece(ref r, id),
        _ => new ServerFrame.Unknown(kind.ToString()) { Id = id },
    };

    /// <summary>The kinds whose bodies are at most five numbers and texts.</summary>
    private static ServerFrame ReadFlat(int kind, ref ProtoReader r, long id)
    {
        long n1 = 0, n2 = 0, n3 = 0, n5 = 0;
        string? t1 = null, t2 = null, t3 = null, t4 = null;
        while (r.Next())
        {
            switch (r.Field, r.Wire)
            {
                case (1, Wire.Varint):
                    r.Integer("field 1", ref n1);
                    break;
                case (1, Wire.Bytes):
                    r.Text("field 1", ref t1);
                    break;
                case (2, Wire.Varint):
                    r.Integer("field 2", ref n2);
                    break;
                case (2, Wire.Bytes):
                    r.Text("field 2", ref t2);
                    break;
                case (3, Wire.Varint):
                    r.Integer("field 3", ref n3);
                    break;
                case (3, Wire.Bytes):
                    r.Text("field 3", ref t3);
                    break;
                case (4, Wire.Bytes):
                    r.Text("field 4", ref t4);
                    break;
                case (5, Wire.Varint):
                    r.Integer("field 5", ref n5);
                    break;
            }
        }

        return kind switch
        {
            9 => new ServerFrame.Gap(t1 ?? "", n2, n3, t4 ?? "") { Id = id },
            10 => new ServerFrame.Lag(t1 ?? "", n2, t3 ?? "") { Id = id },
            11 => new ServerFrame.Unsubscribed(t1 ?? "", ToInt(n2), t3 ?? "") { Id = id },
            14 => new ServerFrame.Goaway(n1, n2, t3) { Id = id },
            15 => new ServerFrame.Error((ErrorCode)ToInt(n1), t3 ?? "") { Id = id, AfterMs = n5 == 0 ? null : n5 },
            16 => new ServerFrame.Close(ToInt(n1), t2 ?? "") { Id = id, AfterMs = n3 },
            _ => new ServerFrame.Skip(t1 ?? "", n2, n3) { Id = id },
        };
    }

    private static ServerFrame.Piece ReadPiece(ref ProtoReader r, long id)
    {
        long of = 0;
        var isLast = false;
        byte[]? data = null;
        while (r.Next())
        {
            switch (r.Field, r.Wire)
            {
                case (1, Wire.Varint):
                    r.Integer("piece.of", ref of);
                    break;
                case (2, Wire.Varint):
                    isLast = r.Number != 0;
                    break;
                case (3, Wire.Bytes):
                    data = r.Bytes.ToArray();
                    break;
            }
        }

        return new ServerFrame.Piece(of, isLast, data) { Id = id };
    }

    private static ServerFrame.Receipt ReadReceipt(ref ProtoReader r, long id)
    {
        var status = ReceiptStatus.Unknown;
        string? channel = null, epoch = null;
        long offset = 0, acked = 0, of = 0;
        byte[]? hash = null;
        var isDuplicate = false;
        List<Member> missing = [];
        while (r.Next())
        {
            switch (r.Field, r.Wire)
            {
                case (1, Wire.Bytes):
                    status = Words.ReadStatus(r.Bytes);
                    break;
                case (2, Wire.Bytes):
                    r.Text("receipt.channel", ref channel);
                    break;
                case (3, Wire.Bytes):
                    r.Text("receipt.epoch", ref epoch);
                    break;
                case (4, Wire.Varint):
                    r.Integer("receipt.offset", ref offset);
                    break;
                case (5, Wire.Bytes):
                    hash = r.Bytes.ToArray();
                    break;
                case (6, Wire.Varint):
                    isDuplicate = r.Number != 0;
                    break;
                case (7, Wire.Varint):
                    r.Integer("receipt.acked", ref acked);
                    break;
                case (8, Wire.Varint):
                    r.Integer("receipt.of", ref of);
                    break;
                case (9, Wire.Bytes):
                    missing.Add(ReadMember(ref r));
                    break;
            }
        }

        // The schema cannot tell 0 of 0 from not asked for.
        var isCounted = acked != 0 || of != 0 || missing.Count > 0 || status is ReceiptStatus.Delivered;
        return new ServerFrame.Receipt
        {
            Id = id,
            Status = status,
            Channel = channel ?? "",
            Epoch = epoch ?? "",
            Offset = offset,
            Hash = hash,
            Duplicate = isDuplicate,
            Acked = isCounted ? acked : null,
            Of = isCounted ? of : null,
            Missing = missing,
        };
    }

    private static int ToInt(long value) => (int)Math.Min(value, int.MaxValue);
}

using System.Text;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Json;

namespace RealTimeActors.Protocol.Codecs;

/// <summary>One line of JSON to one server frame: tolerant of what it does not know, absent fields have their defaults.</summary>
internal static partial class JsonServerReader
{
    /// <summary>Reads the frame. Null: the line is no JSON, or a known field is of another type than ever.</summary>
    public static ServerFrame? Read(ReadOnlySpan<byte> line)
    {
        var s = new JsonScanner(line, stackalloc JsonNames.Name[32]);
        ServerFrame? frame = null;
        string? unknown = null;
        long id = 0;
        if (s.BeginObject())
        {
            while (s.NextMember(out var name))
            {
                if (name.SequenceEqual("id"u8))
                {
                    s.ReadInteger(0, out id);
                }
                else if (frame is null)
                {
                    frame = ReadBody(ref s, name);
                    if (frame is not null)
                        continue;

                    unknown ??= Encoding.UTF8.GetString(name);
                    s.SkipValue();
                }
                else
                {
                    s.SkipValue();
                }
            }

            s.End();
        }

        var isRead = s.Error is null;
        s.Dispose();
        if (!isRead)
            return null;

        frame ??= new ServerFrame.Unknown(unknown ?? "");
        return id == 0 ? frame : frame with { Id = id };
    }

    private static ServerFrame? ReadBody(ref JsonScanner s, ReadOnlySpan<byte> kind)
    {
        if (kind.SequenceEqual("event"u8))
        {
            var body = new ItemFields();
            return body.Read(ref s) ? new ServerFrame.Event(body.ToEvent()) { Attempt = (int)Math.Min(body.Attempt, int.MaxValue) } : new ServerFrame.Unknown("");
        }

        return kind.SequenceEqual("receipt"u8) ? ReadReceipt(ref s)
            : kind.SequenceEqual("subscribed"u8) ? ReadSubscribed(ref s)
            : kind.SequenceEqual("welcome"u8) ? ReadWelcome(ref s)
            : kind.SequenceEqual("error"u8) ? ReadError(ref s)
            : kind.SequenceEqual("ok"u8) && Pass(ref s) ? new ServerFrame.Ok()
            : kind.SequenceEqual("ping"u8) && Pass(ref s) ? new ServerFrame.Ping()
            : kind.SequenceEqual("pong"u8) && Pass(ref s) ? new ServerFrame.Pong()
            : kind.SequenceEqual("page"u8) ? ReadPage(ref s)
            : kind.SequenceEqual("state"u8) ? ReadState(ref s)
            : kind.SequenceEqual("presence"u8) ? ReadPresence(ref s)
            : kind.SequenceEqual("piece"u8) ? ReadPiece(ref s)
            : ReadFlat(ref s, kind);
    }

    /// <summary>The kinds whose bodies are fields without structure, read with one loop.</summary>
    private static ServerFrame? ReadFlat(ref JsonScanner s, ReadOnlySpan<byte> kind)
    {
        var isChange = kind.SequenceEqual("change"u8);
        var isMutated = kind.SequenceEqual("mutated"u8);
        var isSkip = kind.SequenceEqual("skip"u8);
        var isGap = kind.SequenceEqual("gap"u8);
        var isLag = kind.SequenceEqual("lag"u8);
        var isUnsubscribed = kind.SequenceEqual("unsubscribed"u8);
        var isGoaway = kind.SequenceEqual("goaway"u8);
        if (!(isChange || isMutated || isSkip || isGap || isLag || isUnsubscribed || isGoaway || kind.SequenceEqual("close"u8)))
            return null;

        string? channel = null, reason = null, mode = null, url = null, result = null, key = null, mutationId = null, user = null, epoch = null;
        long from = 0, to = 0, behind = 0, code = 0, afterMs = 0, withinMs = 0, spreadMs = 0, offset = 0, version = 0;
        byte[]? patch = null, value = null;
        bool isDeleted = false, isDuplicate = false;
        s.BeginObject();
        while (s.NextMember(out var name))
        {
            var isRead = name.SequenceEqual("channel"u8) ? s.ReadString(out channel)
                : name.SequenceEqual("offset"u8) ? JsonFields.ReadCount(ref s, ref offset)
                : name.SequenceEqual("key"u8) ? s.ReadString(out key)
                : name.SequenceEqual("version"u8) ? JsonFields.ReadCount(ref s, ref version)
                : name.SequenceEqual("patch"u8) ? s.ReadValue(out patch)
                : name.SequenceEqual("value"u8) ? s.ReadValue(out value)
                : name.SequenceEqual("deleted"u8) ? s.ReadBoolean(ref isDeleted)
                : name.SequenceEqual("mutationId"u8) ? s.ReadString(out mutationId)
                : name.SequenceEqual("user"u8) ? s.ReadString(out user)
                : name.SequenceEqual("result"u8) ? s.ReadString(out result)
                : name.SequenceEqual("epoch"u8) ? s.ReadString(out epoch)
                : name.SequenceEqual("duplicate"u8) ? s.ReadBoolean(ref isDuplicate)
                : name.SequenceEqual("from"u8) ? JsonFields.ReadCount(ref s, ref from)
                : name.SequenceEqual("to"u8) ? JsonFields.ReadCount(ref s, ref to)
                : name.SequenceEqual("reason"u8) ? s.ReadString(out reason)
                : name.SequenceEqual("behind"u8) ? JsonFields.ReadCount(ref s, ref behind)
                : name.SequenceEqual("mode"u8) ? s.ReadString(out mode)
                : name.SequenceEqual("code"u8) ? JsonFields.ReadCount(ref s, ref code)
                : name.SequenceEqual("afterMs"u8) ? JsonFields.ReadCount(ref s, ref afterMs)
                : name.SequenceEqual("withinMs"u8) ? JsonFields.ReadCount(ref s, ref withinMs)
                : name.SequenceEqual("spreadMs"u8) ? JsonFields.ReadCount(ref s, ref spreadMs)
                : name.SequenceEqual("url"u8) ? s.ReadString(out url)
                : s.SkipValue();
            if (!isRead)
                break;
        }

        return isSkip ? new ServerFrame.Skip(channel ?? "", from, to)
            : isGap ? new ServerFrame.Gap(channel ?? "", from, to, reason ?? "")
            : isLag ? new ServerFrame.Lag(channel ?? "", behind, mode ?? "")
            : isUnsubscribed ? new ServerFrame.Unsubscribed(channel ?? "", ToCode(code), reason ?? "")
            : isGoaway ? new ServerFrame.Goaway(withinMs, spreadMs, url)
            : isMutated ? new ServerFrame.Mutated
            {
                Result = result ?? "",
                Channel = channel,
                Key = key,
                Epoch = epoch,
                Offset = offset,
                Version = version,
                Value = value,
                Reason = reason,
                Duplicate = isDuplicate,
            }
            : isChange ? new ServerFrame.Change
            {
                Channel = channel ?? "",
                Offset = offset,
                Key = key ?? "",
                Version = version,
                Patch = patch is null ? (ReadOnlyMemory<byte>?)null : patch,
                Value = value is null ? (ReadOnlyMemory<byte>?)null : value,
                Deleted = isDeleted,
                MutationId = mutationId,
                User = user,
            }
            : new ServerFrame.Close(ToCode(code), reason ?? "") { AfterMs = afterMs };
    }

    private static ServerFrame.Piece ReadPiece(ref JsonScanner s)
    {
        long of = 0;
        var isLast = false;
        byte[]? data = null;
        s.BeginObject();
        while (s.NextMember(out var name))
        {
            if (name.SequenceEqual("of"u8))
                JsonFields.ReadCount(ref s, ref of);
            else if (name.SequenceEqual("last"u8))
                s.ReadBoolean(ref isLast);
            else if (name.SequenceEqual("data"u8))
                JsonFields.ReadBase64(ref s, ref data);
            else
                s.SkipValue();
        }

        return new ServerFrame.Piece(of, isLast, data);
    }

    private static ServerFrame.Error ReadError(ref JsonScanner s)
    {
        long code = 0;
        string? message = null;
        long? afterMs = null;
        s.BeginObject();
        while (s.NextMember(out var name))
        {
            if (name.SequenceEqual("code"u8))
                JsonFields.ReadCount(ref s, ref code);
            else if (name.SequenceEqual("message"u8))
                s.ReadString(out message);
            else if (name.SequenceEqual("afterMs"u8))
                s.ReadInteger(0, out afterMs);
            else
                s.SkipValue();
        }

        return new ServerFrame.Error((ErrorCode)ToCode(code), message ?? "") { AfterMs = afterMs };
    }

    private static ServerFrame.Receipt ReadReceipt(ref JsonScanner s)
    {
        string? channel = null, epoch = null;
        ReceiptStatus status = ReceiptStatus.Unknown;
        long offset = 0;
        long? acked = null, of = null;
        byte[]? hash = null;
        var isDuplicate = false;
        List<ItemFields> missing = [];
        s.BeginObject();
        while (s.NextMember(out var name))
        {
            if (name.SequenceEqual("status"u8))
                status = s.ReadSpan(out var word) ? Words.ReadStatus(word) : status;
            else if (name.SequenceEqual("channel"u8))
                s.ReadString(out channel);
            else if (name.SequenceEqual("epoch"u8))
                s.ReadString(out epoch);
            else if (name.SequenceEqual("offset"u8))
                JsonFields.ReadCount(ref s, ref offset);
            else if (name.SequenceEqual("hash"u8))
                JsonFields.ReadHex(ref s, ref hash);
            else if (name.SequenceEqual("duplicate"u8))
                s.ReadBoolean(ref isDuplicate);
            else if (name.SequenceEqual("delivered"u8))
                ReadDelivered(ref s, ref acked, ref of, missing);
            else
                s.SkipValue();
        }

        return new ServerFrame.Receipt
        {
            Status = status,
            Channel = channel ?? "",
            Epoch = epoch ?? "",
            Offset = offset,
            Hash = hash,
            Duplicate = isDuplicate,
            Acked = acked,
            Of = of,
            Missing = [.. missing.Select(i => i.ToMember())],
        };
    }

    private static void ReadDelivered(ref JsonScanner s, ref long? acked, ref long? of, List<ItemFields> missing)
    {
        if (s.TakeNull())
            return;

        s.BeginObject();
        while (s.NextMember(out var name))
        {
            if (name.SequenceEqual("acked"u8))
                s.ReadInteger(0, out acked);
            else if (name.SequenceEqual("of"u8))
                s.ReadInteger(0, out of);
            else if (name.SequenceEqual("missing"u8))
                ReadItems(ref s, missing);
            else
                s.SkipValue();
        }
    }

    private static bool Pass(ref JsonScanner s)
    {
        s.SkipValue();
        return true;
    }

    private static int ToCode(long code) => (int)Math.Min(code, int.MaxValue);
}

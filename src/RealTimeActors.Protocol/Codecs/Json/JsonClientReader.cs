using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Json;

namespace RealTimeActors.Protocol.Codecs;

/// <summary>One line of JSON to one client frame.</summary>
internal static partial class JsonClientReader
{
    /// <summary>Reads the frame. Null: it is of an unknown kind and nobody waits for an answer.</summary>
    /// <param name="line">The line, valid UTF-8.</param>
    public static ClientFrame? Read(ReadOnlySpan<byte> line)
    {
        var s = new JsonScanner(line, stackalloc JsonNames.Name[32]);
        var frame = ReadFrame(ref s, out var id, out var unknown);
        var error = s.Error;
        s.Dispose();
        if (error is not null)
            return new ClientFrame.Malformed(ErrorCode.BadRequest, error) { Id = id != 0 ? id : FindId(line) };

        if (frame is not null)
            return frame.Id == id ? frame : frame with { Id = id };

        var message = unknown is null
            ? "A frame {\"id\": n, \"<kind>\": {…}} is expected; the kind is missing."
            : $"'{unknown}' is no kind of frame that this server knows.";
        return id == 0 ? null : new ClientFrame.Malformed(ErrorCode.BadRequest, message) { Id = id };
    }

    /// <summary>The id where it is the first member, for a frame that is not worth reading; else 0.</summary>
    public static long FindLeadingId(ReadOnlySpan<byte> line)
    {
        var s = new JsonScanner(line, stackalloc JsonNames.Name[4]);
        long id = 0;
        if (s.BeginObject() && s.NextMember(out var name) && name.SequenceEqual("id"u8))
            s.ReadInteger(1, out id);

        id = s.Error is null ? id : 0;
        s.Dispose();
        return id;
    }

    /// <summary>The id of a frame that is wrong somewhere; 0 where what is before it is no JSON.</summary>
    private static long FindId(ReadOnlySpan<byte> line)
    {
        var s = new JsonScanner(line, stackalloc JsonNames.Name[32]);
        long id = 0;
        if (s.BeginObject())
        {
            while (id == 0 && s.NextMember(out var name))
            {
                if (name.SequenceEqual("id"u8))
                    s.ReadInteger(1, out id);
                else
                    s.SkipValue();
            }
        }

        id = s.Error is null ? id : 0;
        s.Dispose();
        return id;
    }

    private static ClientFrame? ReadFrame(ref JsonScanner s, out long id, out string? unknown)
    {
        ClientFrame? frame = null;
        id = 0;
        unknown = null;
        if (!s.BeginObject())
            return null;

        while (s.NextMember(out var name))
        {
            if (name.SequenceEqual("id"u8))
            {
                if (!s.ReadInteger(1, out id))
                    return null;

                continue;
            }

            var kind = KindOf(name);
            if (kind is Kind.Unknown)
            {
                unknown ??= Words.Quote(name);
                s.SkipValue();
            }
            else if (frame is not null)
            {
                s.Fail($"A frame has one kind; this one has '{Words.Quote(name)}' besides another.");
            }
            else
            {
                frame = ReadBody(ref s, kind, id);
            }
        }

        s.End();
        return frame;
    }

    private static ClientFrame? ReadBody(ref JsonScanner s, Kind kind, long id) => kind switch
    {
        Kind.Publish => ReadPublish(ref s, id),
        Kind.Ack => ReadAck(ref s, id),
        Kind.Credit => ReadCredit(ref s, id),
        Kind.Hello => ReadHello(ref s, id),
        Kind.Subscribe => ReadSubscribe(ref s, id),
        Kind.Unsubscribe => ReadUnsubscribe(ref s, id),
        Kind.Mutate => ReadMutate(ref s, id),
        Kind.Nack => ReadNack(ref s, id),
        Kind.Read => ReadRead(ref s, id),
        Kind.Presence => ReadPresence(ref s, id),
        Kind.Refresh => ReadRefresh(ref s, id),
        Kind.Bye => ReadBye(ref s, id),
        Kind.Ping => ReadEmpty(ref s) ? new ClientFrame.Ping { Id = id } : null,
        _ => ReadEmpty(ref s) ? new ClientFrame.Pong { Id = id } : null,
    };

    private static bool ReadEmpty(ref JsonScanner s)
    {
        if (!s.BeginObject())
            return false;

        while (s.NextMember(out _))
            s.SkipValue();

        return s.Error is null;
    }

    private static Kind KindOf(ReadOnlySpan<byte> name)
        => name.SequenceEqual("publish"u8) ? Kind.Publish
            : name.SequenceEqual("ack"u8) ? Kind.Ack
            : name.SequenceEqual("credit"u8) ? Kind.Credit
            : name.SequenceEqual("hello"u8) ? Kind.Hello
            : name.SequenceEqual("subscribe"u8) ? Kind.Subscribe
            : name.SequenceEqual("unsubscribe"u8) ? Kind.Unsubscribe
            : name.SequenceEqual("mutate"u8) ? Kind.Mutate
            : name.SequenceEqual("nack"u8) ? Kind.Nack
            : name.SequenceEqual("read"u8) ? Kind.Read
            : name.SequenceEqual("presence"u8) ? Kind.Presence
            : name.SequenceEqual("refresh"u8) ? Kind.Refresh
            : name.SequenceEqual("ping"u8) ? Kind.Ping
            : name.SequenceEqual("pong"u8) ? Kind.Pong
            : name.SequenceEqual("bye"u8) ? Kind.Bye : Kind.Unknown;

    private enum Kind
    {
        Unknown, Hello, Subscribe, Unsubscribe, Publish, Mutate, Ack, Nack, Credit, Read, Presence, Refresh, Ping, Pong, Bye,
    }
}

using System.Runtime.CompilerServices;
using System.Text;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Simulation.Checkers;

/// <summary>Frames as lines of a trace.</summary>
internal static class Line
{
    private const int TextBytesMax = 24;

    /// <summary>The same as <see cref="Of(ClientFrame)"/>, without a text of its own for those that there are many of.</summary>
    public static void Write(ref DefaultInterpolatedStringHandler to, ClientFrame frame)
    {
        switch (frame)
        {
            case ClientFrame.Ack { Ranges.Count: 0 } ack:
                to.AppendLiteral("ack ");
                to.AppendLiteral(ack.Channel);
                to.AppendLiteral(" ");
                to.AppendFormatted(ack.Offset);
                to.AppendLiteral(" ");
                break;
            case ClientFrame.Publish p:
                to.AppendLiteral("publish ");
                to.AppendLiteral(p.Channel);
                to.AppendLiteral(" ");
                Write(ref to, p.Data);
                to.AppendLiteral(" ");
                to.AppendFormatted(p.Confirm);
                to.AppendLiteral(" ");
                to.AppendFormatted(p.ProducerId);
                to.AppendLiteral("/");
                to.AppendFormatted(p.ProducerSequence);
                WriteId(ref to, p.Id);
                break;
            case ClientFrame.Credit credit:
                to.AppendLiteral("credit ");
                to.AppendFormatted(credit.Events);
                break;
            default:
                to.AppendFormatted(Of(frame));
                break;
        }
    }

    /// <summary>The same as <see cref="Of(ServerFrame)"/>.</summary>
    public static void Write(ref DefaultInterpolatedStringHandler to, ServerFrame frame)
    {
        switch (frame)
        {
            case ServerFrame.Event { Attempt: <= 0, Body: var e }:
                to.AppendLiteral("event ");
                to.AppendLiteral(e.Channel);
                to.AppendLiteral(" ");
                to.AppendFormatted(e.Offset);
                to.AppendLiteral(" ");
                to.AppendFormatted(e.Priority);
                to.AppendLiteral(" ");
                to.AppendFormatted(e.Type);
                to.AppendLiteral(" ");
                to.AppendFormatted(e.Key);
                to.AppendLiteral(" ");
                Write(ref to, e.Data);
                break;
            case ServerFrame.Skip skip:
                to.AppendLiteral("skip ");
                to.AppendLiteral(skip.Channel);
                to.AppendLiteral(" ");
                to.AppendFormatted(skip.From);
                to.AppendLiteral("-");
                to.AppendFormatted(skip.To);
                break;
            case ServerFrame.Receipt r:
                to.AppendLiteral("receipt ");
                to.AppendFormatted(r.Status);
                to.AppendLiteral(" ");
                to.AppendFormatted(r.Channel);
                to.AppendLiteral(" ");
                to.AppendFormatted(r.Offset);
                to.AppendLiteral(r.Duplicate ? " duplicate " : " ");
                to.AppendFormatted(r.Acked);
                to.AppendLiteral("/");
                to.AppendFormatted(r.Of);
                WriteId(ref to, r.Id);
                break;
            default:
                to.AppendFormatted(Of(frame));
                break;
        }
    }

    public static string Of(ClientFrame frame) => frame switch
    {
        ClientFrame.Hello hello => $"hello {hello.SessionId} credit {hello.InitialCredit} [{string.Join(", ", hello.Subscriptions.Select(Of))}]",
        ClientFrame.Subscribe s => $"subscribe {s.Channel} from {Of(s.From)} {s.Order} {s.Priority} {s.Overflow} {s.AckMode} {s.Shape} {string.Join(',', s.Filter ?? [])} {string.Join(',', s.Fields ?? [])} ({s.Id})",
        ClientFrame.Publish p => $"publish {p.Channel} {Text(p.Data)} {p.Confirm} {p.ProducerId}/{p.ProducerSequence} ({p.Id})",
        ClientFrame.Ack ack => $"ack {ack.Channel} {ack.Offset} {string.Join(' ', ack.Ranges.Select(Of))}",
        ClientFrame.Nack nack => $"nack {nack.Channel} {nack.Offset}",
        ClientFrame.Credit credit => $"credit {credit.Events}",
        ClientFrame.Read read => $"read {read.What} of {read.Channel} {(read.From is null ? "" : Of(read.From))}{read.At} ({read.Id})",
        ClientFrame.Mutate m => $"mutate {m.Operation} {m.Key} {Text(m.Value)} if {m.IfVersion} base {m.BaseVersion} time {m.TimeUnixMs} {m.MutationId} ({m.Id})",
        ClientFrame.Presence p => $"presence {p.Channel} {(p.Leave ? "leave" : Text(p.State))} ({p.Id})",
        _ => $"{frame.GetType().Name} ({frame.Id})",
    };

    public static string Of(ServerFrame frame) => frame switch
    {
        ServerFrame.Welcome w => $"welcome {w.Session.Id} resumed {w.Session.Resumed} {w.Session.Reason} [{string.Join(", ", w.Subscriptions.Select(Of))}]",
        ServerFrame.Subscribed s => $"subscribed {s.Channel} {s.Epoch} after {s.Offset} of {s.Head} {s.Recovered} {(s.Missing is { } m ? Of(m) : "")} ({s.Id})",
        ServerFrame.Event e => $"event {e.Body.Channel} {e.Body.Offset} {e.Body.Priority} {e.Body.Type} {e.Body.Key} {Text(e.Body.Data)}{(e.Attempt > 0 ? $" attempt {e.Attempt}" : "")}",
        ServerFrame.Skip skip => $"skip {skip.Channel} {skip.From}-{skip.To}",
        ServerFrame.Gap gap => $"gap {gap.Channel} {gap.From}-{gap.To} {gap.Reason}",
        ServerFrame.Receipt r => $"receipt {r.Status} {r.Channel} {r.Offset}{(r.Duplicate ? " duplicate" : "")} {r.Acked}/{r.Of} ({r.Id})",
        ServerFrame.Error error => $"error {error.Code} {error.Message} ({error.Id})",
        ServerFrame.Close close => $"close {close.Code} {close.Reason}",
        ServerFrame.Lag lag => $"lag {lag.Channel} {lag.Behind} {lag.Mode}",
        ServerFrame.Piece piece => $"piece of {piece.Of}, {piece.Data.Length} bytes{(piece.Last ? ", the last" : "")}",
        ServerFrame.Page page => $"page {page.Channel} {page.Events.Count} events {page.Entries.Count} entries as of {page.Offset} next {page.Next} ({page.Id})",
        ServerFrame.Mutated m => $"mutated {m.Result} {m.Key} {m.Offset} version {m.Version}{(m.Duplicate ? " duplicate" : "")} {m.Reason} ({m.Id})",
        ServerFrame.State s => $"state {s.Channel} as of {s.Offset} {s.Entries.Count} entries{(s.Last ? ", the last" : "")}",
        ServerFrame.PresenceDiff p => $"presence {p.Channel} {p.Kind} {p.Count}: +{string.Join(',', p.Joined.Select(Of))} -{string.Join(',', p.Left.Select(Of))} ~{string.Join(',', p.Updated.Select(Of))} {p.Reason}",
        ServerFrame.Change c => $"change {c.Channel} {c.Offset} {c.Key} version {c.Version}",
        _ => $"{frame.GetType().Name} ({frame.Id})",
    };

    private static string Of(OffsetRange range) => $"{range.From}-{range.To}";

    private static string Of(Member member) => $"{member.Session} {Text(member.State)}";

    private static string Of(From from) => from switch
    {
        From.Last last => $"last {last.Count}",
        From.Position position => $"{position.Epoch}:{position.Offset}",
        _ => from.GetType().Name,
    };

    private static void WriteId(ref DefaultInterpolatedStringHandler to, long id)
    {
        to.AppendLiteral(" (");
        to.AppendFormatted(id);
        to.AppendLiteral(")");
    }

    private static void Write(ref DefaultInterpolatedStringHandler to, ReadOnlyMemory<byte> data)
    {
        Span<char> text = stackalloc char[TextBytesMax];
        var count = Encoding.UTF8.GetChars(data.Span[..Math.Min(TextBytesMax, data.Length)], text);
        to.AppendFormatted(text[..count]);
    }

    private static string Text(ReadOnlyMemory<byte> data) => Encoding.UTF8.GetString(data.Span[..Math.Min(TextBytesMax, data.Length)]);
}

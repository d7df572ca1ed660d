using Google.Protobuf;
using RealTimeActors.Protocol.Frames;
using Pb = Realtime.V1;

namespace RealTimeActors.Protocol.Tests.Codecs;

/// <summary>Our frames as messages of the code that protoc generated: the independent meaning of every frame, and the equality of frames (it looks into
/// lists and bytes, which records do not).</summary>
internal static partial class Oracle
{
    public static Pb.ClientFrame ToMessage(ClientFrame frame)
    {
        var m = new Pb.ClientFrame { Id = (ulong)frame.Id };
        switch (frame)
        {
            case ClientFrame.Hello f:
                m.Hello = new Pb.Hello { Token = f.Token ?? "", Client = f.Client ?? "" };
                m.Hello.Subscribe.AddRange(f.Subscriptions.Select(ToBody));
                if (f.SessionId is not null || f.SessionKey is not null)
                    m.Hello.Session = new Pb.SessionRef { Id = f.SessionId ?? "", Key = f.SessionKey ?? "" };

                if (f.InitialCredit is { } credit)
                    m.Hello.Credit = (ulong)credit;

                if (f.PieceBytes is { } pieces)
                    m.Hello.Pieces = (ulong)pieces;

                break;
            case ClientFrame.Subscribe f:
                m.Subscribe = ToBody(f);
                break;
            case ClientFrame.Unsubscribe f:
                m.Unsubscribe = new Pb.Unsubscribe { Channel = f.Channel };
                break;
            case ClientFrame.Publish f:
                m.Publish = new Pb.Publish
                {
                    Channel = f.Channel,
                    Type = f.Type,
                    Data = Bytes(f.Data),
                    MessageId = f.MessageId ?? "",
                    Key = f.Key ?? "",
                    Priority = f.Priority is Priority.Normal ? "" : Word(f.Priority),
                    Confirm = f.Confirm is Confirm.Persisted ? "" : Word(f.Confirm),
                    Source = f.Source ?? "",
                    CorrelationId = f.CorrelationId ?? "",
                    TtlMs = (ulong)f.TtlMs,
                    DeliveredCount = (ulong)f.DeliveredCount,
                    DeliveredTimeoutMs = (ulong)f.DeliveredTimeoutMs,
                    DeliveredMissing = f.DeliveredMissing,
                };
                if (f.ProducerId is not null)
                    m.Publish.Producer = new Pb.Producer { Id = f.ProducerId, Sequence = (ulong)f.ProducerSequence };

                break;
            case ClientFrame.Mutate f:
                m.Mutate = new Pb.Mutate { Channel = f.Channel, Key = f.Key, Operation = f.Operation, Value = Bytes(f.Value), MutationId = f.MutationId ?? "" };
                if (f.IfVersion is { } version)
                    m.Mutate.IfVersion = (ulong)version;

                if (f.BaseVersion is { } seen)
                    m.Mutate.BaseVersion = (ulong)seen;

                if (f.TimeUnixMs is { } time)
                    m.Mutate.TimeUnixMs = time;

                break;
            case ClientFrame.Ack f:
                m.Ack = new Pb.Ack { Channel = f.Channel, Offset = (ulong)f.Offset };
                m.Ack.Ranges.AddRange(f.Ranges.Select(ToBody));
                break;
            case ClientFrame.Nack f:
                m.Nack = new Pb.Nack { Channel = f.Channel, Offset = (ulong)f.Offset, Reason = f.Reason ?? "" };
                break;
            case ClientFrame.Credit f:
                m.Credit = new Pb.Credit { Events = (ulong)f.Events };
                break;
            case ClientFrame.Read f:
                m.Read = new Pb.Read { Channel = f.Channel, What = f.What, Limit = (ulong)f.Limit, Key = f.Key ?? "", AfterKey = f.AfterKey ?? "" };
                if (f.From is not null)
                    m.Read.From = ToBody(f.From);

                if (f.At is { } at)
                    m.Read.At = (ulong)at;

                break;
            case ClientFrame.Presence f:
                m.Presence = new Pb.SetPresence { Channel = f.Channel, State = Bytes(f.State), Leave = f.Leave };
                break;
            case ClientFrame.Refresh f:
                m.Refresh = new Pb.Refresh { Token = f.Token };
                break;
            case ClientFrame.Ping:
                m.Ping = new Pb.Ping();
                break;
            case ClientFrame.Pong:
                m.Pong = new Pb.Pong();
                break;
            case ClientFrame.Bye f:
                m.Bye = new Pb.Bye();
                if (!f.KeepSession)
                    m.Bye.KeepSession = false;

                break;
            default:
                throw new ArgumentException($"{frame} has no message.", nameof(frame));
        }

        return m;
    }

    public static Pb.ServerFrame ToMessage(ServerFrame frame)
    {
        var m = new Pb.ServerFrame { Id = (ulong)frame.Id };
        switch (frame)
        {
            case ServerFrame.Welcome f:
                m.Welcome = new Pb.Welcome
                {
                    Connection = f.Connection,
                    Session = new Pb.SessionRef { Id = f.Session.Id, Key = f.Session.Key, Resumed = f.Session.Resumed, Reason = f.Session.Reason ?? "" },
                    Node = f.Node,
                    HeartbeatMs = (ulong)f.HeartbeatMs,
                    TimeUnixMs = f.TimeUnixMs,
                    FrameBytesMax = (ulong)f.FrameBytesMax,
                    SubscriptionsMax = (ulong)f.SubscriptionsMax,
                    Reconnect = new Pb.Reconnect
                    {
                        MinMs = (ulong)f.Reconnect.MinMs,
                        MaxMs = (ulong)f.Reconnect.MaxMs,
                        Factor = f.Reconnect.Factor,
                        Jitter = f.Reconnect.Jitter,
                    },
                };
                m.Welcome.Subscriptions.AddRange(f.Subscriptions.Select(ToBody));
                break;
            case ServerFrame.Subscribed f:
                m.Subscribed = ToBody(f);
                break;
            case ServerFrame.Event f:
                m.Event = ToBody(f.Body, f.Attempt);
                break;
            case ServerFrame.Receipt f:
                m.Receipt = new Pb.Receipt
                {
                    Status = f.Status.ToString().ToLowerInvariant(),
                    Channel = f.Channel,
                    Epoch = f.Epoch,
                    Offset = (ulong)f.Offset,
                    Hash = Bytes(f.Hash),
                    Duplicate = f.Duplicate,
                    Acked = (ulong)(f.Acked ?? 0),
                    Of = (ulong)(f.Of ?? 0),
                    Missing = { f.Missing.Select(ToBody) },
                };
                break;
            case ServerFrame.Mutated f:
                m.Mutated = ToBody(f);
                break;
            case ServerFrame.State f:
                m.State = new Pb.State { Channel = f.Channel, Offset = (ulong)f.Offset, Last = f.Last };
                m.State.Entries.AddRange(f.Entries.Select(ToBody));
                break;
            case ServerFrame.Change f:
                m.Change = new Pb.Change
                {
                    Channel = f.Channel,
                    Offset = (ulong)f.Offset,
                    Key = f.Key,
                    Version = (ulong)f.Version,
                    MutationId = f.MutationId ?? "",
                    User = f.User ?? "",
                };
                if (f.Patch is { } patch)
                    m.Change.Patch = Bytes(patch);
                else if (f.Value is { } value)
                    m.Change.Value = Bytes(value);
                else if (f.Deleted)
                    m.Change.Deleted = true;

                break;
            case ServerFrame.Skip f:
                m.Skip = new Pb.Skip { Channel = f.Channel, From = (ulong)f.From, To = (ulong)f.To };
                break;
            case ServerFrame.Gap f:
                m.Gap = new Pb.Gap { Channel = f.Channel, From = (ulong)f.From, To = (ulong)f.To, Reason = f.Reason };
                break;
            case ServerFrame.Lag f:
                m.Lag = new Pb.Lag { Channel = f.Channel, Behind = (ulong)f.Behind, Mode = f.Mode };
                break;
            case ServerFrame.Unsubscribed f:
                m.Unsubscribed = new Pb.Unsubscribed { Channel = f.Channel, Code = (uint)f.Code, Reason = f.Reason };
                break;
            case ServerFrame.PresenceDiff f:
                m.Presence = new Pb.PresenceDiff { Channel = f.Channel, Count = (ulong)f.Count, Kind = f.Kind is PresenceKind.Changed ? "" : Word(f.Kind), Reason = f.Reason ?? "" };
                m.Presence.Joined.AddRange(f.Joined.Select(ToBody));
                m.Presence.Left.AddRange(f.Left.Select(ToBody));
                m.Presence.Updated.AddRange(f.Updated.Select(ToBody));
                break;
            case ServerFrame.Page f:
                m.Page = new Pb.Page { Channel = f.Channel, What = f.What, Epoch = f.Epoch, NextKey = f.NextKey ?? "" };
                m.Page.Events.AddRange(f.Events.Select(e => ToBody(e, 0)));
                m.Page.Entries.AddRange(f.Entries.Select(ToBody));
                m.Page.Members.AddRange(f.Members.Select(ToBody));
                if (f.Next is { } next)
                    m.Page.Next = (ulong)next;

                if (f.Offset is { } offset)
                    m.Page.Offset = (ulong)offset;

                if (f.Count is { } count)
                    m.Page.Count = (ulong)count;

                break;
            case ServerFrame.Goaway f:
                m.Goaway = new Pb.Goaway { WithinMs = (ulong)f.WithinMs, SpreadMs = (ulong)f.SpreadMs, Url = f.Url ?? "" };
                break;
            case ServerFrame.Error f:
                m.Error = new Pb.Error
                {
                    Code = (uint)f.Code,
                    Name = ErrorCodes.NameOf(f.Code),
                    Message = f.Message,
                    Retry = ErrorCodes.NameOf(ErrorCodes.RetryOf(f.Code)),
                    AfterMs = (ulong)(f.AfterMs ?? 0),
                };
                break;
            case ServerFrame.Close f:
                m.Close = new Pb.Close { Code = (uint)f.Code, Reason = f.Reason, AfterMs = (ulong)f.AfterMs };
                break;
            case ServerFrame.Piece f:
                m.Piece = new Pb.Piece { Of = (ulong)f.Of, Last = f.Last, Data = Bytes(f.Data) };
                break;
            case ServerFrame.Ok:
                m.Ok = new Pb.Ok();
                break;
            case ServerFrame.Ping:
                m.Ping = new Pb.Ping();
                break;
            case ServerFrame.Pong:
                m.Pong = new Pb.Pong();
                break;
            default:
                throw new ArgumentException($"{frame} has no message.", nameof(frame));
        }

        return m;
    }

    /// <summary>A message as it stands in a WebSocket message: its length before it.</summary>
    public static byte[] Delimited(IMessage message)
    {
        using var stream = new MemoryStream();
        message.WriteDelimitedTo(stream);
        return stream.ToArray();
    }
}

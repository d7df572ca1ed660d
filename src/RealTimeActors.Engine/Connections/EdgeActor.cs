using System.Buffers;
using RealTimeActors.Actors;
using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Nodes;
using RealTimeActors.Engine.Patterns;
using RealTimeActors.Engine.Presence;
using RealTimeActors.Engine.Sessions;
using RealTimeActors.Engine.Telemetry;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Connections;

/// <summary>
/// A lane of work of the edge: some of the node's connections, and the channels that they follow. There are as many edge actors as cores, and a connection belongs
/// to one for its life.
/// </summary>
/// <remarks>Whatever its messages stir up is sent at the end of the run, connection by connection, each with one write: that is where throughput comes from.</remarks>
internal sealed partial class EdgeActor(int index, EdgeServices services) : Actor<object>
{
    private const int OutboxesKeptMax = 64;
    private const int OutboxCapacityKeptMax = 65_536;
    private static readonly TimeSpan _tick = TimeSpan.FromSeconds(1);

    private readonly SortedDictionary<string, Connection> _connections = new(StringComparer.Ordinal);
    private readonly Dictionary<ChannelName, EdgeChannel> _channels = [];
    private readonly Dictionary<IActorRef, EdgeChannel> _channelByActor = [];
    private readonly List<Connection> _dirty = [];
    private readonly Stack<ArrayBufferWriter<byte>> _outboxes = new();
    private readonly HashSet<string> _detaching = new(StringComparer.Ordinal);
    private readonly Outgoing _outgoing = new(131_072 + (2 * services.Options.FrameBytesMax));
    private readonly IEntropy _entropy = services.Entropy.Fork($"edge/{index}");

    /// <summary>Sessions whose actors have failed in this run: one look at the connections finds those of all of them.</summary>
    private readonly HashSet<string> _sessionsFailed = new(StringComparer.Ordinal);
    private readonly EdgeStages _stages = new(services.Meters);
    private IActorRef<AllClosed>? _closedTo;

    /// <summary>Whose stages will let something out, and when.</summary>
    internal DueSubscriptions Due { get; } = new();

    /// <summary>What happens here is counted here.</summary>
    internal EdgeFigures Figures { get; } = services.Figures[index];

    internal EdgeStages Stages => _stages;

    /// <summary>The moment, for whoever measures; 0 where nobody does.</summary>
    internal long Timestamp => _stages.Now(Context.Time);

    internal long NowUnixMs => Context.Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The address for answers of every kind.</summary>
    internal IActorRef<object> Address => Self;

    protected override void OnStart()
    {
        Figures.Connections = 0;
        Context.StartPeriodicTimer(_tick, _tick, EdgeMessage.Tick.Instance);
    }

    private void Handle(object message)
    {
        switch (message)
        {
            case ChannelReply.Fanout fanout:
                OnFanout(fanout);
                break;
            case EdgeMessage.Received received:
                if (!received.Connection.IsEnded)
                    received.Connection.OnReceived(received.Frames, received.Bytes);
                break;
            case ChannelReply { Tag: PublishTag tag } reply:
                tag.Connection.OnPublished(tag, reply);
                break;
            case ChannelReply { Tag: MutateTag tag } reply:
                tag.Connection.OnMutated(tag, reply);
                break;
            case EdgeMessage.Writable writable:
                writable.Connection.OnWritable();
                break;
            case ChannelReply { Tag: PageTag tag } reply:
                tag.Subscription.Connection.OnPage(tag, reply);
                break;
            case ChannelReply.Joined { Tag: PendingJoin join } joined:
                OnJoined(join, joined);
                break;
            case ChannelReply.Refused { Tag: PendingJoin join }:
                OnNotJoined(join);
                break;
            case ChannelReply { Tag: ReadTag tag } reply:
                tag.Connection.OnReadAnswered(tag, reply);
                break;
            case ChannelReply { Tag: Redelivery redelivery } reply:
                redelivery.Connection.OnRedeliveryRead(redelivery, reply);
                break;
            case ChannelReply.EndWatch end:
                OnEndWatch(end);
                break;
            case ChannelReply.Rested rested:
                OnRested(rested);
                break;
            case DirectoryReply reply:
                OnDirectory(reply);
                break;
            case EdgeMessage.GoOn goOn:
                goOn.Connection.OnGoOn();
                break;
            case PresenceReply reply:
                OnPresence(reply);
                break;
            case SessionReply reply:
                OnSession(reply);
                break;
            case AuthenticationReply { Tag: TokenTag tag } reply:
                tag.Connection.OnAuthenticated(tag, reply);
                break;
            case EdgeMessage.Opened opened:
                opened.Connection.OnOpened(this);
                opened.Connection.OpenedAt = Context.Time.GetTimestamp();
                _connections.Add(opened.Connection.Id, opened.Connection);
                Figures.Connections = _connections.Count;
                Figures.ConnectionsOpened++;
                break;
            case EdgeMessage.Closed closed:
                closed.Connection.OnClosed();
                break;
            case EdgeMessage.Tick:
                OnTick();
                break;
            case EdgeMessage.StagesDue:
                OnStagesDue();
                break;
            case EdgeMessage.NoRoom noRoom:
                OnNoRoom(noRoom);
                break;
            case EdgeMessage.NoRoomDue:
                TellAgain();
                break;
            case EdgeOrdered ordered:
                ordered.ReplyTo.Tell(Obey(ordered));
                break;
            case EdgeMessage.GoAway goAway:
                OnGoAway(goAway);
                break;
            case EdgeMessage.SendAway sendAway:
                OnSendAway(sendAway);
                break;
            case EdgeMessage.CloseAll closeAll:
                OnCloseAll(closeAll);
                break;
            case EdgeQuery query:
                OnQuery(query);
                break;
            case EdgeMessage.SessionsPlaced placed:
                OnSessionsPlaced(placed.Shard);
                break;
            case EdgeMessage.SessionFailed failed:
                _sessionsFailed.Add(failed.SessionId);
                break;
        }
    }

    protected override void OnRunEnd()
    {
        AttachToFailed();
        _stages.BeginWriting(Context.Time);

        // A connection may become dirty again while others are flushed; it is taken in the same round.
        for (var i = 0; i < _dirty.Count; i++)
        {
            var connection = _dirty[i];
            connection.IsDirty = false;
            Spare(connection, static (connection, outgoing) => connection.Flush(outgoing), _outgoing);
        }

        _dirty.Clear();
        TellAcks();
        RestQuiet();
        _stages.EndWriting(Context.Time);
        SetDueTimer();
    }

    protected override void OnSignal(Signal signal)
    {
        if (signal is not Signal.Terminated(var actor))
            return;

        OnPresenceEnded(actor);
        if (_channelByActor.TryGetValue(actor, out var channel))
            OnChannelEnded(channel);
    }

    internal string NewId() => Text(9);

    /// <summary>A session's secret: 192 random bits, and in a cluster which node gave it.</summary>
    internal string NewKey() => NodeMark.Put(Text(24), services.Others?.Self ?? 0);

    internal void MarkDirty(Connection connection)
    {
        if (connection.IsDirty)
            return;

        connection.IsDirty = true;
        _dirty.Add(connection);
    }

    /// <summary>Sends what waits before the transport is closed.</summary>
    internal void FlushNow(Connection connection) => connection.Flush(_outgoing);

    internal ArrayBufferWriter<byte> RentOutbox() => _outboxes.TryPop(out var outbox) ? outbox : new ArrayBufferWriter<byte>(1_024);

    internal void ReturnOutbox(ArrayBufferWriter<byte> outbox)
    {
        if (_outboxes.Count >= OutboxesKeptMax || outbox.Capacity > OutboxCapacityKeptMax)
            return;

        outbox.ResetWrittenCount();
        _outboxes.Push(outbox);
    }

    internal EdgeChannel ChannelOf(ChannelName name)
    {
        if (!_channels.TryGetValue(name, out var channel))
        {
            channel = new EdgeChannel(name, services.Options.RingBytesMax);
            _channels.Add(name, channel);
        }

        return channel;
    }

    internal void ReadLog(PageTag tag, From.Position from, int limit) =>
        services.Channels.Tell(new ChannelCommand.Read(tag.Subscription.Channel.Name, from, limit, tag, Self) { StartsAtFirst = true });

    internal void Remove(Connection connection)
    {
        _leaving.Remove(connection.Id);
        if (_connections.Remove(connection.Id))
            Figures.CountClosed(connection.ClosedWith);

        Figures.Connections = _connections.Count;
        if (connection.Ref is not null)
            _detaching.Add(connection.Id);

        TellIfAllClosed();
    }

    private void OnFanout(ChannelReply.Fanout fanout)
    {
        var channel = _channels.GetValueOrDefault(fanout.Channel);

        // Late: its sender has ended, and those who follow have gone on with its successor.
        if (channel?.Actor is { } actor && !ReferenceEquals(actor, fanout.Actor))
            return;

        BeginWatches(fanout.Channel, channel, fanout.Run);
        if (channel is not { IsBegun: true } || channel.Epoch != fanout.Run.Epoch)
            return;

        // Something before it was lost on the way: it is in the log, and what comes after it, too.
        if (!channel.GoesOnAfter(fanout.Run.Epoch, fanout.Run.Events[0].Offset - 1))
        {
            BeginAnew(channel, isOver: false);
            return;
        }

        channel.Add(fanout.Run);
        Figures.FanOuts++;
        _stages.FannedOut(fanout.CommittedAt);
        var subscriptions = channel.Subscriptions;
        for (var i = 0; i < subscriptions.Count; i++)
            subscriptions[i].Connection.MarkReady(subscriptions[i]);
    }

    private void OnSession(SessionReply reply)
    {
        if (reply is SessionReply.AckHeard heard)
        {
            OnAckHeard(heard);
        }
        else if (reply is SessionReply.Detached)
        {
            _connections.GetValueOrDefault(reply.ConnectionId)?.OnDetached();
            _detaching.Remove(reply.ConnectionId);
            TellIfAllClosed();
        }
        else if (_connections.TryGetValue(reply.ConnectionId, out var connection))
        {
            connection.OnSession(reply);
        }
        else if (reply is SessionReply.Opened opened)
        {
            DetachAgain(opened.SessionId, reply.ConnectionId, opened.Present);
        }
        else if (reply is SessionReply.Attached attached)
        {
            DetachAgain(attached.SessionId, reply.ConnectionId, []);
        }
    }

    /// <summary>A session has got a connection that is not here any more, and what was said of its end may have come before: it would have that connection for good, keep nothing for who is away, and never expire.</summary>
    private void DetachAgain(string sessionId, string connectionId, IReadOnlyList<HeldPresence> present) =>
        services.Sessions.Tell(new SessionCommand.Detach(sessionId, new ConnectionRef(connectionId, Self)) { Present = present });

    private string Text(int bytes)
    {
        Span<byte> chance = stackalloc byte[bytes];
        _entropy.Fill(chance);
        return System.Buffers.Text.Base64Url.EncodeToString(chance);
    }
}

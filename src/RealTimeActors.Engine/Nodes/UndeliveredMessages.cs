using RealTimeActors.Actors;
using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Connections;
using RealTimeActors.Engine.DeadLetters;
using RealTimeActors.Engine.Integrity.Checkpoints;
using RealTimeActors.Engine.Patterns;
using RealTimeActors.Engine.Presence;
using RealTimeActors.Engine.Relays;
using RealTimeActors.Engine.Sessions;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Sharding;

namespace RealTimeActors.Engine.Nodes;

/// <summary>
/// What could not be handed to anybody, or will not be answered, because a shard has no owner for too long, or a node or its link is gone: whoever asked is told, in the words of what he asked. Who asked for no answer, and
/// whose message was certainly not taken, has it told again.
/// </summary>
/// <remarks>Nothing of it is needed for truth: what may have been done is answered as unknown, and is found out by repeating it.</remarks>
internal sealed class UndeliveredMessages(EdgeServices services, IActorRef<FollowersCommand> followers)
{
    // Somebody has the shard soon, and clients wait longer by themselves where it takes several attempts.
    private static readonly TimeSpan _again = TimeSpan.FromMilliseconds(250);

    /// <summary>A shard had no room for it to wait in, and would have none at once: what is told again is told after a pause (<see cref="EdgeMessage.NoRoom"/>).</summary>
    internal void TakeLater(object message, string reason)
    {
        if (IsToldAgain(message))
            services.Edges[0].Tell(new EdgeMessage.NoRoom(() => Take(message, reason, mayBeDone: false), () => GiveUp(message)));
        else
            Take(message, reason, mayBeDone: false);
    }

    private static bool IsToldAgain(object message) => message is
        FollowersCommand or ChannelCommand.Follow or ChannelCommand.Unfollow or ChannelCommand.Away or SessionCommand.KeepEvents or SessionCommand.Attach
        or PresenceCommand.Leave or PresenceCommand.Lose or PresenceCommand.Set { Tag: null } or DirectoryCommand.Stirred or DirectoryCommand.Rested or DirectoryCommand.Ended;

    /// <summary>It is not told again: it is as if it had got lost with a link. The client of a connection that its session cannot be told of comes back and resumes.</summary>
    private static void GiveUp(object message)
    {
        if (message is SessionCommand.Attach attach)
            attach.Connection.Edge.Tell(new SessionReply.NotOpened(attach.Connection.Id, null));
    }

    internal void Take(object message, string reason, bool mayBeDone)
    {
        switch (message)
        {
            case ChannelCommand command:
                Take(command, reason, mayBeDone);
                break;
            case SessionCommand command:
                Take(command, reason, mayBeDone);
                break;
            case UserCommand.Disconnect disconnect:
                disconnect.ReplyTo.Tell(Unknown(disconnect.Tag, reason));
                break;
            case UserCommand.Unsubscribe unsubscribe:
                unsubscribe.ReplyTo.Tell(Unknown(unsubscribe.Tag, reason));
                break;
            case UserCommand.Judge judge:
                judge.ReplyTo.Tell(new AuthenticationReply.Unavailable(judge.Accepted.Tag, $"It cannot be told just now who was put out: {reason}."));
                break;
            case ReplayCommand.Replay replay:
                replay.ReplyTo.Tell(new ReplayReply.Refused(replay.Tag, ErrorCode.Overloaded, $"The replay was given up: {reason}. Ask for it anew; letters that were published are not published again."));
                break;
            case PresenceCommand.Set { Tag: { } tag } set:
                set.Holder.Edge.Tell(new PresenceReply.Refused(set.Channel, tag, ErrorCode.Overloaded, $"It cannot be told just now who is in {set.Channel}: {reason}."));
                break;
            case PresenceCommand.Read read:
                read.ReplyTo.Tell(new PresenceReply.Refused(read.Channel, read.Tag, ErrorCode.Overloaded, $"It cannot be told just now who is in {read.Channel}: {reason}."));
                break;
            case CheckpointCommand.ShowLatest show:
                show.ReplyTo.Tell(Refused(reason));
                break;
            case CheckpointCommand.Show show:
                show.ReplyTo.Tell(Refused(reason));
                break;
            case CheckpointCommand.Prove prove:
                prove.ReplyTo.Tell(Refused(reason));
                break;
            case ShardMessage.ListHere list:
                list.ReplyTo.Tell(new ShardEntities(list.Region, list.Shard, 0, []) { IsKnown = false });
                break;
            case EdgeQuery query:
                Take(query);
                break;
            case RelayCommand.Begin begin:
                begin.ReplyTo.Tell(new RelayReply.Lost(begin.Tag, mayBeDone));
                break;
            case RelayCommand.Next next:
                next.ReplyTo.Tell(new RelayReply.Lost(next.Tag, MayBeTaken: true));
                break;
            case RelayCommand.UseTicket use:
                use.ReplyTo.Tell(new RelayReply.Lost(use.Tag, mayBeDone));
                break;
            case FollowersCommand.Follow follow when !mayBeDone:
                followers.Tell(follow with { Session = null });
                break;
            case FollowersCommand command when !mayBeDone:
                followers.Tell(command);
                break;
            case PresenceCommand.Follow or PresenceCommand.Unfollow or PresenceCommand.Report:
                // An edge that is not answered says once a second what it has. Told again, this would come after that, and say what is not so any more.
                break;
            case PresenceCommand command when !mayBeDone:
                services.Presence.Tell(command);
                break;
            case DirectoryCommand.ReadPage read:
                read.Edge.Tell(new DirectoryReply.Unread(read.Tag));
                break;
            case DirectoryCommand command and (DirectoryCommand.Stirred or DirectoryCommand.Rested or DirectoryCommand.Ended) when !mayBeDone:
                services.Directory.Tell(command);
                break;
        }
    }

    private static UserReply.Refused Unknown(object? tag, string reason) =>
        new(tag, ErrorCode.Timeout, $"It could not be learnt whether every edge has done it ({reason}); repeat the request.");

    private static CheckpointReply.Refused Refused(string reason) => new(ErrorCode.Overloaded, $"The checkpoints cannot be reached just now: {reason}. Ask again.");

    private static void Take(EdgeQuery query) => query.ReplyTo.Tell(query switch
    {
        EdgeQuery.InspectFollowers inspect => new EdgeReport.Followers(inspect.Edge, [], 0),
        EdgeQuery.CountSubscribers count => new EdgeReport.Subscribers([.. count.Channels.Select(_ => 0)]),
        EdgeQuery.CountConnections => new EdgeReport.Live(0),
        _ => new EdgeReport.Connections([]),
    });

    private void Take(ChannelCommand command, string reason, bool mayBeDone)
    {
        switch (command)
        {
            case ChannelCommand.Publish { Confirm: Confirm.None } publish:
                publish.ReplyTo.Tell(new ChannelReply.Settled(publish.Tag));
                break;
            case ChannelCommand.Publish publish when mayBeDone && services.Options.Bug != PlantedBug.LostTakenAsNotDone:
                var unknown = new ServerFrame.Receipt { Status = ReceiptStatus.Unknown, Channel = publish.Channel.Value };
                publish.ReplyTo.Tell(new ChannelReply.Published(publish.Tag, [.. publish.Publications.Select(_ => unknown)]));
                break;
            case ChannelCommand.Publish publish:
                publish.ReplyTo.Tell(Refused(publish.Tag, publish, reason));
                break;
            case ChannelCommand.Mutate mutate when mayBeDone:
                mutate.ReplyTo.Tell(new ChannelReply.Refused(mutate.Tag, ErrorCode.Timeout, $"It could not be learnt whether {mutate.Channel} was changed ({reason}); repeat it with the same mutation id.") { After = _again });
                break;
            case ChannelCommand.Mutate mutate:
                mutate.ReplyTo.Tell(Refused(mutate.Tag, mutate, reason));
                break;
            case ChannelCommand.Read read:
                read.ReplyTo.Tell(Refused(read.Tag, read, reason));
                break;
            case ChannelCommand.ReadState read:
                read.ReplyTo.Tell(Refused(read.Tag, read, reason));
                break;
            case ChannelCommand.ReadHistory read:
                read.ReplyTo.Tell(Refused(read.Tag, read, reason));
                break;
            case ChannelCommand.ReadStats read:
                read.ReplyTo.Tell(Refused(read.Tag, read, reason));
                break;
            case ChannelCommand.Join join:
                join.Edge.Tell(Refused(join.Tag, join, reason));
                break;
            case ChannelCommand.Rest rest:
                rest.Edge.Tell(new ChannelReply.Rested(rest.Tag, rest.Channel, IsAtRest: false));
                break;
            case ChannelCommand.Follow follow when !mayBeDone:
                // What was said since comes before it: that the session was there then need not be so any more.
                services.Channels.Tell(follow with { Session = null });
                break;
            case ChannelCommand.Unfollow or ChannelCommand.Away when !mayBeDone:
                services.Channels.Tell(command);
                break;
        }
    }

    private static ChannelReply.Refused Refused(object? tag, ChannelCommand command, string reason) =>
        new(tag, ErrorCode.Overloaded, $"{command.Channel} cannot be reached just now: {reason}.") { After = _again };

    private void Take(SessionCommand command, string reason, bool mayBeDone)
    {
        switch (command)
        {
            case SessionCommand.Open open:
                open.Connection.Edge.Tell(new SessionReply.NotOpened(open.Connection.Id, null));
                break;
            case SessionCommand.Detach detach:
                detach.Connection.Edge.Tell(new SessionReply.Detached(detach.Connection.Id));
                break;
            case SessionCommand.Terminate terminate:
                terminate.ReplyTo.Tell(new SessionTerminated(terminate.SessionId, Existed: true, reason));
                break;
            case SessionCommand.Inspect inspect:
                inspect.ReplyTo.Tell(new SessionReport(inspect.Tag, inspect.SessionId, Exists: false, null, 0, null, IsJournaled: false, []) { NotKnownBecause = reason });
                break;
            case SessionCommand.KeepEvents or SessionCommand.Attach when !mayBeDone:
                services.Sessions.Tell(command);
                break;
            case SessionCommand.Acknowledge or SessionCommand.RetireFormerKey:
                // The connection says how far it has acked when it attaches.
                break;
            case { By: { } by }:
                // What was asked is neither known to be done nor known not to be: the client comes back and is told.
                by.Edge.Tell(new SessionReply.NotOpened(by.Id, null));
                break;
        }
    }
}

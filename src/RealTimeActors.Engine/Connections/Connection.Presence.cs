using System.Text;
using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Presence;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Connections;

/// <summary>Being there: from the client's frame to the channel, over the end of a connection to the next one. Seeing who is there: <c>Onlookers</c>.</summary>
internal sealed partial class Connection
{
    private static readonly byte[] _noState = Encoding.UTF8.GetBytes("null");

    /// <summary>Where the session was present on the connection before; only until the client is welcome.</summary>
    private List<HeldPresence>? _held;

    /// <summary>What could not be told to anybody, and is told again with the next tick. Null: there never was anything.</summary>
    private List<PresenceTag>? _unheard;

    /// <summary>What the client left before the connection that it took the session from had told that it was there.</summary>
    private SortedSet<ChannelName>? _leftEarly;

    private void OnPresence(ClientFrame.Presence frame, ReceivedBatch batch)
    {
        if (!TryName(frame, frame.Channel, out var channel))
            return;

        if (frame.Leave)
        {
            LeavePresence(channel);
            Answer(new ServerFrame.Ok { Id = frame.Id });
            return;
        }

        if (channel.IsServerOwned)
        {
            Refuse(frame, ErrorCode.Forbidden, $"Channels that begin with $ belong to the server; nobody is present on {channel}.");
            return;
        }

        if (!Allows(frame, channel, Rights.Presence))
            return;

        if (frame.State.Length > services.Options.Presence.StateBytesMax)
        {
            Refuse(frame, ErrorCode.TooLarge, $"The state of a member has at most {services.Options.Presence.StateBytesMax} bytes of JSON; {frame.State.Length} came.");
            return;
        }

        if (_onlookers?.ContainsKey(channel) != true && _onlookers?.Count >= services.Options.SubscriptionsMax)
        {
            Refuse(frame, ErrorCode.LimitExceeded, $"A connection is present on, or looks on, at most {services.Options.SubscriptionsMax} channels.");
            return;
        }

        // Like a publish: until it is answered the window stays closed by as much.
        batch.Hold();
        Join(OnlookerOf(channel), frame.State.IsEmpty ? _noState : frame.State, frame.Id, batch);
    }

    private void Join(Onlooker onlooker, ReadOnlyMemory<byte> state, long frameId, ReceivedBatch? batch)
    {
        onlooker.IsMember = true;
        onlooker.State = state;
        _leftEarly?.Remove(onlooker.Presence.Channel);
        Tell(new PresenceTag(onlooker, frameId, batch));
    }

    private void Tell(PresenceTag tag) => services.Presence.Tell(new PresenceCommand.Set(
        tag.Onlooker.Presence.Channel, new Member(SessionId, User, tag.Onlooker.State), new PresenceHolder(Id, _edge.Address), tag));

    /// <summary>Once a second. What is told is how it is now: the client may have said more since.</summary>
    private void TellUnheard()
    {
        var unheard = _unheard;
        _unheard = null;
        foreach (var tag in unheard ?? [])
        {
            if (tag.Onlooker is { Place: >= 0, IsMember: true })
                Tell(tag with { Tries = tag.Tries + 1 });
            else
                OnPresenceAnswered(tag, new PresenceReply.Refused(tag.Onlooker.Presence.Channel, tag, ErrorCode.Conflict, "A later frame has left."));
        }
    }

    internal void OnPresenceAnswered(PresenceTag tag, PresenceReply reply)
    {
        var onlooker = tag.Onlooker;
        if (reply is PresenceReply.Refused { Code: ErrorCode.Overloaded } && tag.Tries < PresenceTag.TriesMax && _phase == Phase.Open && onlooker is { Place: >= 0, IsMember: true })
        {
            (_unheard ??= []).Add(tag);
            return;
        }

        tag.Batch?.Release();
        if (reply is PresenceReply.Refused refused)
        {
            Answer(new ServerFrame.Error(refused.Code, refused.Message) { Id = tag.FrameId });
            if (onlooker.Place >= 0 && onlooker.IsMember)
            {
                // What was refused may have been heard all the same, and what was said before it was: from here on nobody is to be shown who does not know of it.
                TellLeft(onlooker.Presence.Channel);
                EndMembership(onlooker);
            }

            return;
        }

        Answer(new ServerFrame.Ok { Id = tag.FrameId });
        var channel = onlooker.Presence.Channel;
        if (_phase == Phase.Ended)
        {
            // Taken too late to be known when the connection ended; where it was known, this says nothing new.
            services.Presence.Tell(new PresenceCommand.Lose(channel, SessionId, Id));
        }
        else if (_onlookers?.GetValueOrDefault(channel) is not { IsMember: true } current)
        {
            // Left meanwhile, or an earlier frame was refused.
            TellLeft(channel);
        }
        else
        {
            current.IsBegun = true;
            MarkPresence(current);
        }
    }

    private void OnReadPresence(ClientFrame.Read read, ReadTag tag)
    {
        _reads++;
        services.Presence.Tell(new PresenceCommand.Read(tag.Channel, read.AfterKey, LimitOf(read), tag, _edge.Address)
        {
            BytesMax = Math.Max(1, services.Options.FrameBytesMax - 4_096),
        });
    }

    internal void OnPresenceRead(ReadTag tag, PresenceReply.Page page)
    {
        _reads--;
        if (!RightsOf(tag.Channel).HasFlag(Rights.Presence))
            Answer(new ServerFrame.Error(ErrorCode.Forbidden, Missing(Rights.Presence, tag.Channel)) { Id = tag.FrameId });
        else
            Answer(new ServerFrame.Page { Id = tag.FrameId, Channel = tag.Channel.Value, What = tag.What, Count = page.Count, Members = page.Members, NextKey = page.NextKey });
    }

    internal void OnPresenceUnread(ReadTag tag, PresenceReply.Refused refused)
    {
        _reads--;
        Answer(new ServerFrame.Error(refused.Code, refused.Message) { Id = tag.FrameId });
    }

    /// <summary>Not there any more, by its own will.</summary>
    private void LeavePresence(ChannelName channel)
    {
        if (_onlookers?.GetValueOrDefault(channel) is { IsMember: true } onlooker)
        {
            TellLeft(channel);
            EndMembership(onlooker);
        }
        else if (_isResumed && _leftEarly?.Count is null or < 1_000)
        {
            (_leftEarly ??= []).Add(channel);
        }
    }

    private void EndMembership(Onlooker onlooker)
    {
        onlooker.IsMember = false;
        onlooker.State = default;
        if (!ForgetIfIdle(onlooker))
            MarkPresence(onlooker);
    }

    /// <summary>What the new token does not give any more is ended.</summary>
    private void CheckPresences()
    {
        foreach (var onlooker in _onlookers?.Values.ToArray() ?? [])
        {
            var channel = onlooker.Presence.Channel;
            if (!RightsOf(channel).HasFlag(Rights.Presence))
                EndPresence(onlooker, Missing(Rights.Presence, channel));
        }
    }

    /// <summary>An administrator has put the user off these channels.</summary>
    private void TakeOffPresences(ChannelPattern channels)
    {
        foreach (var onlooker in _onlookers?.Values.Where(onlooker => onlooker.IsMember && channels.Matches(onlooker.Presence.Channel)).ToArray() ?? [])
            EndPresence(onlooker, "ended by an administrator");
    }

    private void EndPresence(Onlooker onlooker, string reason)
    {
        if (onlooker.IsMember)
            TellLeft(onlooker.Presence.Channel);

        Forget(onlooker);
        SendEnded(onlooker.Presence.Channel, reason);
    }

    private void SendEnded(ChannelName channel, string reason) =>
        Send(new ServerFrame.PresenceDiff(channel.Value, [], [], [], 0) { Kind = PresenceKind.Ended, Reason = reason });

    private void TellLeft(ChannelName channel) => services.Presence.Tell(new PresenceCommand.Leave(channel, SessionId, Id));

    /// <summary>The connection has ended. Where it was present its session goes on being for a while, unless the client has left.</summary>
    private List<HeldPresence> EndPresences(bool isLeaving)
    {
        if (_onlookers is null && _held is null)
            return [];

        var held = _held ?? [];
        foreach (var onlooker in _onlookers ?? new())
        {
            onlooker.Value.Presence.Remove(onlooker.Value);
            if (!onlooker.Value.IsMember)
                continue;

            services.Presence.Tell(new PresenceCommand.Lose(onlooker.Key, SessionId, Id));
            held.Add(new HeldPresence(onlooker.Key, onlooker.Value.State));
        }

        _held = null;
        _onlookers = null;
        _presencePending = null;
        if (!isLeaving)
            return held;

        foreach (var (channel, _) in held)
            TellLeft(channel);

        return [];
    }

    /// <summary>Where the session was present on the connection before, it is on this one: told when it was opened, or when that connection has ended, whichever comes later.</summary>
    private void TakePresences(IReadOnlyList<HeldPresence> held)
    {
        if (held.Count == 0)
            return;

        if (_phase != Phase.Open)
        {
            (_held ??= []).AddRange(held);
            return;
        }

        foreach (var (channel, state) in held)
        {
            if (_leftEarly?.Contains(channel) == true)
            {
                TellLeft(channel);
            }
            else if (!RightsOf(channel).HasFlag(Rights.Presence))
            {
                TellLeft(channel);
                SendEnded(channel, Missing(Rights.Presence, channel));
            }
            else
            {
                // What the client has said on this connection is newer; it is said again, because the other connection may have been heard last.
                var onlooker = OnlookerOf(channel);
                Join(onlooker, onlooker.IsMember ? onlooker.State : state, 0, null);
            }
        }
    }

    private void BeginPresences()
    {
        if (_held is not { } held)
            return;

        _held = null;
        TakePresences(held);
    }
}

using RealTimeActors.Actors;
using RealTimeActors.Engine.Presence;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Connections;

/// <content>Who is in the channels that its connections are in, or look on.</content>
internal sealed partial class EdgeActor
{
    private readonly SortedDictionary<ChannelName, EdgePresence> _presences = [];
    private readonly Dictionary<IActorRef, EdgePresence> _presenceByActor = [];

    /// <summary>The presence of a channel here; from its first use on it is told what changes.</summary>
    internal EdgePresence PresenceOf(ChannelName channel)
    {
        if (!_presences.TryGetValue(channel, out var presence))
        {
            presence = new EdgePresence(channel, services.Options.FrameBytesMax / 2);
            _presences.Add(channel, presence);
            services.Presence.Tell(new PresenceCommand.Follow(channel, Self, NextWord()));
        }

        return presence;
    }

    private void OnPresence(PresenceReply reply)
    {
        switch (reply)
        {
            case { Tag: PresenceTag tag }:
                tag.Connection.OnPresenceAnswered(tag, reply);
                break;
            case PresenceReply.Page { Tag: ReadTag tag } page:
                tag.Connection.OnPresenceRead(tag, page);
                break;
            case PresenceReply.Refused { Tag: ReadTag tag } refused:
                tag.Connection.OnPresenceUnread(tag, refused);
                break;
            case PresenceReply.Roster roster when _presences.TryGetValue(roster.Channel, out var presence):
                OnRoster(presence, roster);
                break;
            case PresenceReply.Changed changed when _presences.TryGetValue(changed.Channel, out var presence):
                OnChanged(presence, changed);
                break;
            case PresenceReply.Roster or PresenceReply.Changed:
                // That nobody looks on here any more was under way, or was lost.
                services.Presence.Tell(new PresenceCommand.Unfollow(reply.Channel, Self, NextWord()));
                break;
        }
    }

    private void OnChanged(EdgePresence presence, PresenceReply.Changed changed)
    {
        if (!presence.TryApply(changed))
        {
            services.Presence.Tell(new PresenceCommand.Follow(changed.Channel, Self, NextWord()));
            return;
        }

        // What connections at different nodes say arrives in any order.
        if (services.Others is not null)
        {
            foreach (var again in presence.WronglyLeft(changed.News, Self))
                services.Presence.Tell(again);
        }

        presence.Mark(Context.Time);
    }

    private void OnRoster(EdgePresence presence, PresenceReply.Roster roster)
    {
        var isAnother = !ReferenceEquals(presence.Actor, roster.Actor);
        if (isAnother)
        {
            Unwatch(presence);
            _presenceByActor[roster.Actor] = presence;
            Context.Watch(roster.Actor);
        }

        presence.Begin(roster);
        if (isAnother && services.Others is not null && presence.Unnamed(Self, NextWord()) is { } unnamed)
            services.Presence.Tell(unnamed);

        presence.Mark(Context.Time);
    }

    /// <summary>An actor has ended that told who is there (its node failed, or it did): its successor is told whom this edge has.</summary>
    private void OnPresenceEnded(IActorRef actor)
    {
        if (_presenceByActor.Remove(actor, out var presence))
            services.Presence.Tell(presence.Forget(Self, NextWord()));
    }

    private void OnPresencesTick()
    {
        List<EdgePresence>? unused = null;
        foreach (var presence in _presences.Values)
        {
            if (presence.Onlookers.Count == 0)
                (unused ??= []).Add(presence);
            else
                OnTick(presence);
        }

        foreach (var presence in unused ?? [])
        {
            _presences.Remove(presence.Channel);
            Unwatch(presence);
            services.Presence.Tell(new PresenceCommand.Unfollow(presence.Channel, Self, NextWord()));
        }
    }

    private void OnTick(EdgePresence presence)
    {
        presence.OnTick(Context.Time);

        // Between nodes a word may be lost, and with it the answer: it is said again. To hear it twice does no harm.
        if (presence.Actor is null && services.Others is not null)
            services.Presence.Tell(presence.Forget(Self, NextWord()));
    }

    private void Unwatch(EdgePresence presence)
    {
        if (presence.Actor is { } actor && _presenceByActor.Remove(actor))
            Context.Unwatch(actor);
    }
}

using RealTimeActors.Client.Machine.Subscriptions;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Client.Machine;

// A pattern's channels: each is announced by the server, and has a cursor of its own.
public sealed partial class ClientMachine
{
    /// <summary>The channels that came by a pattern. They outlive a connection, so that what comes again after it is known.</summary>
    private readonly Dictionary<string, ClientSubscription> _members = new(StringComparer.Ordinal);

    /// <summary>Channels that are known by way of patterns.</summary>
    public int ChannelsOfPatterns => _members.Count;

    /// <summary>A session brings its patterns back by itself, each channel behind its cursor, and those that were born meanwhile from their beginning. To ask for one again would be
    /// another beginning: what was born meanwhile has no cursor, and would begin with now.</summary>
    private bool IsLeftToSession(ClientSubscription subscription) =>
        subscription is { Pattern: not null, KeepsCursor: true } && Session is not null && (subscription.Epoch is not null || subscription.Request.From is From.AtSession);

    /// <summary>The session follows the pattern already, and on this connection nobody took what came of it: on another one somebody does from the start.</summary>
    private void TakeUpFromSession(TimeSpan now)
    {
        if (_phase != ConnectionPhase.Welcomed || _successor is not null)
            return;

        _goawayAt = now;
        TickSuccessor(now);
    }

    /// <summary>Whose the events of the channel are on this connection; null: nobody's.</summary>
    private ClientSubscription? FindActive(string channel)
    {
        if (_byChannel.TryGetValue(channel, out var exact) && exact is { IsActive: true, Pattern: null })
            return exact;

        return _members.Count > 0 && _members.TryGetValue(channel, out var member) && member.IsActive ? member : null;
    }

    /// <summary>Whether a channel is announced because a pattern means it: nobody asked for it by its name, or whoever did has not been answered yet.</summary>
    private bool IsOfPattern(ServerFrame.Subscribed subscribed)
    {
        if (subscribed.Id != 0 || subscribed.Epoch.Length == 0 || !_byChannel.TryGetValue(subscribed.Channel, out var exact))
            return subscribed.Id == 0 && subscribed.Epoch.Length > 0;

        return exact is { Phase: SubscriptionPhase.Requested, AnswerId: not 0 } && OwnerOf(subscribed.Channel) is not null;
    }

    private void OnSubscribedByPattern(TimeSpan now, ServerFrame.Subscribed subscribed)
    {
        if (OwnerOf(subscribed.Channel) is not { } owner)
            return;

        // Another pattern than before means that the channel goes on there, with that one's options and cursor.
        if (!_members.TryGetValue(subscribed.Channel, out var member) || member.Parent != owner)
        {
            if (!HasRoomForMember())
            {
                Fault(now, $"More than {MembersMax} channels of patterns were announced.");
                return;
            }

            RemoveMember(subscribed.Channel);
            _members[subscribed.Channel] = member = new ClientSubscription(owner, subscribed.Channel);
        }

        Begin(now, member, subscribed);
    }

    /// <summary>The pattern that the server counts for the channel: the most specific of those that it has taken up.</summary>
    private ClientSubscription? OwnerOf(string channel)
    {
        if (!ChannelName.TryParse(channel, out var name, out _))
            return null;

        ClientSubscription? owner = null;
        foreach (var subscription in _subscriptions)
        {
            if (subscription is { IsActive: true, Pattern: { } pattern } && pattern.Matches(name) && (owner is null || pattern.CompareTo(owner.Pattern) < 0))
                owner = subscription;
        }

        return owner;
    }

    private void Withdraw(ClientSubscription member, ServerFrame.Unsubscribed unsubscribed)
    {
        RemoveMember(member.Channel);
        Tell(member, new SubscriptionNotice.Withdrawn(unsubscribed.Code, unsubscribed.Reason));
    }

    private void DetachMembers()
    {
        foreach (var member in _members.Values)
        {
            member.AckWaits = false;
            member.Phase = SubscriptionPhase.Detached;
        }
    }

    /// <summary>What of it is in the application's hands is not acked any more: the channel's cursor is another's, or nobody's.</summary>
    private void RemoveMember(string channel)
    {
        if (_members.Remove(channel, out var member))
            member.Phase = SubscriptionPhase.Ended;
    }

    private void RemoveMembersOf(ClientSubscription pattern)
    {
        foreach (var (channel, member) in _members)
        {
            if (member.Parent == pattern)
                RemoveMember(channel);
        }
    }

    /// <summary>Channels come and go under a pattern, and nobody says which are gone: those that this connection has not heard of make room when there are too many.</summary>
    private bool HasRoomForMember()
    {
        if (_members.Count < MembersMax)
            return true;

        foreach (var (channel, member) in _members)
        {
            if (member.Phase == SubscriptionPhase.Detached)
                _members.Remove(channel);
        }

        return _members.Count < MembersMax;
    }

    // Ten times what a server follows for one connection unless it is configured otherwise.
    private const int MembersMax = 1_000_000;
}

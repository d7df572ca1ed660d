using System.Collections.Immutable;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Machine.Presence;

/// <summary>Who is there in one channel, put together of what the server tells.</summary>
internal sealed class PresenceView
{
    private ImmutableSortedDictionary<string, PresenceMember> _members = PresenceSnapshot.Nobody;

    /// <summary>Whether it is known on this connection who is there, or is just being told in several frames.</summary>
    private bool _hasList;

    /// <summary>Whether the rest of a long list is still to come.</summary>
    private bool _isFilling;

    /// <summary>What is seen.</summary>
    internal PresenceSnapshot Snapshot { get; private set; } = PresenceSnapshot.Unknown;

    /// <returns>Whether something is to be shown.</returns>
    internal bool Take(ServerFrame.PresenceDiff diff)
    {
        if (diff.Kind == PresenceKind.Count)
        {
            (_members, _hasList, _isFilling) = (PresenceSnapshot.Nobody, false, false);
            Snapshot = new PresenceSnapshot(diff.Count, null, IsCurrent: true);
            return true;
        }

        // What changed says nothing to whoever does not know what there was; every connection begins with all of it.
        if (diff.Kind != PresenceKind.Full && !_hasList)
            return false;

        var members = (diff.Kind == PresenceKind.Full ? PresenceSnapshot.Nobody : _members).ToBuilder();
        foreach (var left in diff.Left)
            members.Remove(left.Session);
        foreach (var there in diff.Joined.Concat(diff.Updated))
            members[there.Session] = PresenceMember.Of(there);

        _members = members.ToImmutable();
        _hasList = true;
        _isFilling = (diff.Kind == PresenceKind.Full || (_isFilling && diff.Left.Count == 0 && diff.Updated.Count == 0)) && _members.Count < diff.Count;
        if (_isFilling)
            return false;

        // Half a list is none.
        Snapshot = new PresenceSnapshot(diff.Count, _members.Count == diff.Count ? _members : null, IsCurrent: true);
        return true;
    }

    /// <returns>Whether something is to be shown.</returns>
    internal bool ConnectionLost()
    {
        (_hasList, _isFilling) = (false, false);
        if (!Snapshot.IsCurrent)
            return false;

        Snapshot = Snapshot with { IsCurrent = false };
        return true;
    }
}

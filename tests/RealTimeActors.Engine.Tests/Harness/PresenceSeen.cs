using System.Text;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.Harness;

/// <summary>What a client knows of who is in a channel, as the protocol has it: folded from the frames that came.</summary>
internal sealed class PresenceSeen(string channel)
{
    private readonly SortedDictionary<string, Member> _members = new(StringComparer.Ordinal);

    /// <summary>Null: only how many are there is known.</summary>
    internal IReadOnlyList<Member>? Members => IsListed ? [.. _members.Values] : null;

    internal IEnumerable<string> Sessions => _members.Keys;

    internal long Count { get; private set; }

    internal bool IsListed { get; private set; }

    internal string? EndedBecause { get; private set; }

    /// <summary>Frames that were taken.</summary>
    internal int Frames { get; private set; }

    /// <summary>How often somebody was told of that way.</summary>
    internal int Joins { get; private set; }

    internal int Departures { get; private set; }

    internal string StateOf(TestClient client) => Encoding.UTF8.GetString(_members[client.Welcome.Session.Id].State.Span);

    /// <summary>Takes what came.</summary>
    internal PresenceSeen Look(TestClient client)
    {
        foreach (var frame in client.Frames.OfType<ServerFrame.PresenceDiff>().Where(frame => frame.Channel == channel))
            Take(frame);

        client.Forget();
        return this;
    }

    private void Take(ServerFrame.PresenceDiff frame)
    {
        Frames++;
        Count = frame.Count;
        switch (frame.Kind)
        {
            case PresenceKind.Ended:
                EndedBecause = frame.Reason;
                _members.Clear();
                IsListed = false;
                return;
            case PresenceKind.Count:
                _members.Clear();
                IsListed = false;
                return;
            case PresenceKind.Full:
                _members.Clear();
                IsListed = true;
                break;
        }

        Joins += frame.Joined.Count;
        Departures += frame.Left.Count;
        foreach (var member in frame.Left)
            _members.Remove(member.Session);

        foreach (var member in frame.Joined.Concat(frame.Updated))
            _members[member.Session] = member;
    }
}

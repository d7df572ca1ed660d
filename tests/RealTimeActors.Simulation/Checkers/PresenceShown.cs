using System.Text;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Simulation.Checkers;

/// <summary>Who is there, as one connection was told: folded from the frames as the protocol says.</summary>
internal sealed class PresenceShown
{
    private readonly SortedDictionary<string, string> _members = new(StringComparer.Ordinal);

    /// <summary>Sessions and their states; null: only how many are there is known, or nothing at all.</summary>
    public IReadOnlyDictionary<string, string>? Members => IsListed ? _members : null;

    public bool IsListed { get; private set; }

    /// <summary>Null: nothing was told yet.</summary>
    public long? Count { get; private set; }

    /// <summary>Takes a frame. What comes back is why it cannot be; null: it can.</summary>
    public string? Take(ServerFrame.PresenceDiff frame)
    {
        if (frame.Kind is PresenceKind.Changed && !IsListed)
            return "it is told what changed, and was told no list before";

        if (frame.Kind is not PresenceKind.Changed)
            _members.Clear();

        IsListed = frame.Kind is PresenceKind.Full || (IsListed && frame.Kind is PresenceKind.Changed);
        Count = frame.Count;
        foreach (var left in frame.Left)
        {
            if (!_members.Remove(left.Session))
                return $"{left.Session} has left, who was not there";
        }

        foreach (var member in frame.Updated)
        {
            if (!_members.ContainsKey(member.Session))
                return $"{member.Session} has changed, who was not there";
        }

        foreach (var member in frame.Joined.Concat(frame.Updated))
            _members[member.Session] = StateOf(member);

        return IsListed && _members.Count != frame.Count ? $"{_members.Count} are told, and {frame.Count} counted" : null;
    }

    public static string StateOf(Member member) => Encoding.UTF8.GetString(member.State.Span);
}

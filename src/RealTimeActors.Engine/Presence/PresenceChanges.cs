using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Presence;

/// <summary>Who joined, left and changed, each at most once.</summary>
internal sealed record PresenceChanges(IReadOnlyList<Member> Joined, IReadOnlyList<Member> Left, IReadOnlyList<Member> Updated)
{
    internal bool IsEmpty => Joined.Count + Left.Count + Updated.Count == 0;
}

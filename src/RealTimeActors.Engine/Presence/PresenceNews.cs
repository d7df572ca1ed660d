using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Presence;

/// <summary>What edges are told at one time: what changed, or everybody, or the number alone.</summary>
/// <param name="Count">How many are there now.</param>
/// <param name="Changes">Since the news before; null: not told one by one.</param>
/// <param name="Everybody">Who is there now, where the lists begin again; null: they do not.</param>
internal sealed record PresenceNews(long Count, PresenceChanges? Changes, IReadOnlyList<Member>? Everybody)
{
    /// <summary>About how many bytes of a connection it costs.</summary>
    internal long Bytes => MemberBytes.Of(Everybody ?? []) + (Changes is null ? 0 : MemberBytes.Of(Changes.Joined) + MemberBytes.Of(Changes.Left) + MemberBytes.Of(Changes.Updated));
}

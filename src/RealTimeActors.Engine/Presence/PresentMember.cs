using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Presence;

/// <summary>Somebody who is there, or has the grace time to come back.</summary>
internal sealed class PresentMember(Member member, PresenceHolder? holder)
{
    internal Member Member { get; set; } = member;

    /// <summary>Null: it is not known yet which connection has him.</summary>
    internal PresenceHolder? Holder { get; set; } = holder;

    /// <summary>When his grace time ends, by the clock of whoever asks; null: he is there.</summary>
    internal long? LostUntilMs { get; set; }
}

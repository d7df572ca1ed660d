using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Presence;

/// <summary>Somebody who is there, or has the grace time to come back.</summary>
internal sealed class PresentMember(Member member, PresenceHolder? holder)
{
    internal Member Member { get; set; } = member;

    /// <summary>Null: it is not known yet which connection has him.</summary>
    internal PresenceHolder? Holder { get; set; } = holder;

    /// <summary>The connection that had him when another one's word came, and what he was by it; null: there was none, or it is lost since. What connections at different nodes say arrives in any order: the one that was heard last may be the one that is gone.</summary>
    internal (Member Member, PresenceHolder Holder)? Former { get; set; }

    /// <summary>When his grace time ends, by the clock of whoever asks; null: he is there.</summary>
    internal long? LostUntilMs { get; set; }
}

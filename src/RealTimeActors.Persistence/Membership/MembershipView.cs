namespace RealTimeActors.Persistence.Membership;

/// <summary>Who belongs to the cluster. Of two views the one with the greater number is the newer one, and there is one of each number: all nodes see the same sequence of them.</summary>
/// <param name="Number">Grows by one with every node that comes, leaves or is declared dead; signs of life do not change it.</param>
/// <param name="Members">In ordinal order of their names.</param>
public sealed record MembershipView(long Number, IReadOnlyList<ClusterMember> Members);

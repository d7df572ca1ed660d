namespace RealTimeActors.Persistence.Membership;

/// <summary>A member of the cluster.</summary>
/// <param name="Self">Which life of which node.</param>
/// <param name="Address">Where other nodes reach it.</param>
/// <param name="Roles">What it does, in ordinal order.</param>
/// <param name="Load">What it said last of how busy it is: 0 idle, 1 full.</param>
/// <param name="Remaining">How long its last sign of life still counts by the store's clock; zero or less: it is silent, and may be declared dead by anybody.</param>
public sealed record ClusterMember(NodeIncarnation Self, string Address, IReadOnlyList<string> Roles, double Load, TimeSpan Remaining);

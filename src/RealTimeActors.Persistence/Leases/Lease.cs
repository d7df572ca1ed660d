using RealTimeActors.Persistence.Membership;

namespace RealTimeActors.Persistence.Leases;

/// <summary>A lease as the store lists it.</summary>
/// <param name="Shard">The shard.</param>
/// <param name="Owner">Who took it last.</param>
/// <param name="Epoch">The epoch of the fence that came with it.</param>
/// <param name="Remaining">How long it still runs by the store's clock; zero or less: it has run out, or was given back.</param>
public sealed record Lease(int Shard, NodeIncarnation Owner, long Epoch, TimeSpan Remaining);

namespace RealTimeActors.Persistence.Leases;

/// <summary>
/// The right to write what belongs to one shard, checked by the store together with each write. Who takes the shard over gets a greater epoch, and from then on nothing commits
/// under an older one.
/// </summary>
/// <param name="Shard">The shard, from 0; <see cref="WholeStore"/> for a server that shares its store with nobody.</param>
/// <param name="Epoch">Grows with every owner.</param>
/// <param name="Nonce">Drawn with every owner, so that a store that was put back to an older copy does not take the former owner of an epoch for the present one.</param>
public readonly record struct Fence(int Shard, long Epoch, long Nonce)
{
    /// <summary>Stands for every shard at once: who has it has the store for itself.</summary>
    public const int WholeStore = -1;

    /// <inheritdoc/>
    public override string ToString() => Shard == WholeStore ? $"the whole store, epoch {Epoch}" : $"shard {Shard}, epoch {Epoch}";
}

namespace RealTimeActors.Protocol.Integrity;

/// <summary>What a proof is worth.</summary>
/// <param name="Fault">What does not fit; null: everything does.</param>
/// <param name="Checkpoint">The checkpoint that vouches for the event; null: none does.</param>
public sealed record ProofVerdict(string? Fault, Checkpoint? Checkpoint)
{
    /// <summary>Whether everything that the proof says fits together, and is signed where it claims to be.</summary>
    public bool IsValid => Fault is null;
}

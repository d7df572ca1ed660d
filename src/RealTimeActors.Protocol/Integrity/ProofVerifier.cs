using System.Text;

namespace RealTimeActors.Protocol.Integrity;

/// <summary>Checks proofs. Needs nothing but the proof, and the key of the server for what is signed.</summary>
public static class ProofVerifier
{
    /// <summary>Whether the fields that are shown are those to which the event's hash commits; and, where the proof names a checkpoint, whether that was signed with the key and covers the event.</summary>
    /// <param name="proof">From a server, or from anybody.</param>
    /// <param name="key">The server's, got from where it is trusted; null: a proof that names a checkpoint is not taken.</param>
    public static ProofVerdict Verify(EventProof proof, CheckpointKey? key)
    {
        ArgumentNullException.ThrowIfNull(proof);
        var fault = FaultOfEvent(proof) ?? (proof.Inclusion is { } inclusion ? FaultOf(inclusion, proof, key) : null);
        return new ProofVerdict(fault, fault is null ? proof.Inclusion?.Checkpoint : null);
    }

    private static string? FaultOfEvent(EventProof proof)
    {
        var e = proof.Event;
        if (e.Hash.Length != EventHash.Bytes || proof.PreviousHash.Length != EventHash.Bytes)
            return "a hash of the event and one of its predecessor are expected, 32 bytes each";

        if (!proof.IsObject && (proof.Fields.Count != 1 || proof.Fields[0].Name is { Length: > 0 }))
            return "data that is no object is one field without a name; others are told";

        if (!AreInOrder(proof.Fields))
            return "the fields are expected in the order of their names, each once";

        Span<byte> commitment = stackalloc byte[EventHash.Bytes];
        Span<byte> hash = stackalloc byte[EventHash.Bytes];
        EventHash.CommitShown(proof.Fields, proof.IsObject, commitment);
        EventHash.Compute(e, proof.Epoch, commitment, proof.PreviousHash.Span, hash);
        return hash.SequenceEqual(e.Hash.Span)
            ? null
            : $"the hash {Convert.ToHexStringLower(hash)} follows from what is told of the event; {Convert.ToHexStringLower(e.Hash.Span)} is claimed";
    }

    private static bool AreInOrder(IReadOnlyList<ProvenField> fields)
    {
        byte[]? before = null;
        foreach (var field in fields.Where(field => field.IsShown))
        {
            var name = Encoding.UTF8.GetBytes(field.Name!);
            if (before is not null && before.AsSpan().SequenceCompareTo(name) >= 0)
                return false;

            before = name;
        }

        return true;
    }

    private static string? FaultOf(EventInclusion inclusion, EventProof proof, CheckpointKey? key)
    {
        var (e, head, checkpoint) = (proof.Event, inclusion.Head, inclusion.Checkpoint);
        if (head.Channel != e.Channel || !head.Covers(e.Offset))
            return $"checkpoint {checkpoint.Number} is said to cover offset {e.Offset} of {e.Channel}; its head is of {head.Channel}, offsets {head.From} to {head.Offset}";

        if (head.Offset == e.Offset && (!head.Hash.Span.SequenceEqual(e.Hash.Span) || head.Epoch != proof.Epoch))
            return "the event is the head of its channel in the checkpoint, and its hash or epoch is another there";

        Span<byte> root = stackalloc byte[EventHash.Bytes];
        if (!MerkleTree.TryClimb(e.Hash.Span, e.Offset - head.From, head.Count, inclusion.EventPath, root) || !root.SequenceEqual(head.EventsRoot.Span))
            return $"the event is not among the events {head.From} to {head.Offset} of its channel's head";

        if (!MerkleTree.TryClimb(CheckpointHead.Leaves([head]), inclusion.HeadIndex, checkpoint.Moved, inclusion.HeadPath, root) || !root.SequenceEqual(checkpoint.MovedRoot.Span))
            return $"the head is not among those of checkpoint {checkpoint.Number}";

        if (key is null)
            return "the key of the server is needed, to check the signature of the checkpoint";

        return key.Verifies(checkpoint) ? null : $"checkpoint {checkpoint.Number} says that key {checkpoint.KeyId} signed it; with key {key.Id} the signature is not right";
    }
}

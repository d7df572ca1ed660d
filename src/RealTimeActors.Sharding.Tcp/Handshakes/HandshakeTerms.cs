using System.Security.Cryptography;
using RealTimeActors.Persistence.EventSourcing;

namespace RealTimeActors.Sharding.Tcp.Handshakes;

/// <summary>What has to be the same on both sides.</summary>
/// <param name="Cluster">The cluster's name.</param>
/// <param name="Fingerprint">What messages look like.</param>
/// <param name="Secret">What both know; null: nothing.</param>
/// <param name="FormerSecret">What some of the others know instead, as long as not all of them were told the new one.</param>
internal sealed record HandshakeTerms(string Cluster, string Fingerprint, NodeSecret? Secret, NodeSecret? FormerSecret = null)
{
    /// <summary>Proves each secret that this node knows, the present one first: it is not known yet which of them the other side knows.</summary>
    internal void WriteProofs(byte[] transcript, PayloadWriter to)
    {
        to.Bytes(Secret?.Prove(transcript));
        if (FormerSecret is { } former)
            to.Bytes(former.Prove(transcript));
    }

    /// <summary>Whether one of these proofs is of a secret that is known here. Where none is asked for, anything is.</summary>
    /// <param name="message">The proofs, as they are written by <see cref="WriteProofs"/>.</param>
    /// <param name="transcript">What they are made over.</param>
    /// <param name="isFormer">Whether it was the former one, and not the present one.</param>
    internal bool AreProven(ReadOnlyMemory<byte> message, byte[] transcript, out bool isFormer)
    {
        isFormer = false;
        if (Secret is not { } secret)
            return true;

        var (present, former) = (secret.Prove(transcript), FormerSecret?.Prove(transcript));
        var from = new PayloadReader(message);
        for (var i = 0; i < 2 && (i == 0 || !from.IsAtEnd); i++)
        {
            var proof = from.Bytes().Span;
            if (CryptographicOperations.FixedTimeEquals(proof, present))
            {
                isFormer = false;
                return true;
            }

            isFormer |= former is not null && CryptographicOperations.FixedTimeEquals(proof, former);
        }

        return isFormer;
    }
}

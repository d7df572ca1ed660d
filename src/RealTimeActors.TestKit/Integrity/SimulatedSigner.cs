using System.Security.Cryptography;
using RealTimeActors.Actors;
using RealTimeActors.Engine.Integrity.Checkpoints;
using RealTimeActors.Protocol.Integrity;

namespace RealTimeActors.TestKit.Integrity;

/// <summary>Signs checkpoints without chance, so that the same seed gives the same bytes: ECDSA draws a number for each signature. Who knows this class can sign as it does; nobody else has to.</summary>
public sealed class SimulatedSigner : ICheckpointSigner
{
    /// <inheritdoc/>
    public string KeyId => "simulated";

    /// <summary>So many times from now on it fails.</summary>
    public int FailsFor { get; set; }

    /// <inheritdoc/>
    public void Sign(ReadOnlyMemory<byte> text, long number, IActorRef<CheckpointSigned> replyTo)
    {
        ArgumentNullException.ThrowIfNull(replyTo);
        var fails = FailsFor > 0;
        FailsFor -= fails ? 1 : 0;
        replyTo.Tell(new CheckpointSigned(number, fails ? default : Of(text.Span)));
    }

    /// <summary>Whether this signed the checkpoint.</summary>
    public static bool Verifies(Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        return checkpoint.Signature.Span.SequenceEqual(Of(checkpoint.Text()));
    }

    private static byte[] Of(ReadOnlySpan<byte> text) => SHA512.HashData(text);
}

using RealTimeActors.Actors;

namespace RealTimeActors.Engine.Integrity.Checkpoints;

/// <summary>Signs checkpoints. The key is the World's, and never comes into Core; so the signature comes as a message.</summary>
public interface ICheckpointSigner
{
    /// <summary>Names the key, for whoever looks for its public half.</summary>
    string KeyId { get; }

    /// <summary>Signs the text of a checkpoint and answers with exactly one <see cref="CheckpointSigned"/>, possibly from inside the call.</summary>
    /// <param name="text">What is signed.</param>
    /// <param name="number">Comes back with the answer.</param>
    /// <param name="replyTo">Who waits.</param>
    void Sign(ReadOnlyMemory<byte> text, long number, IActorRef<CheckpointSigned> replyTo);
}

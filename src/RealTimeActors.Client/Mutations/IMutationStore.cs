namespace RealTimeActors.Client.Mutations;

/// <summary>Keeps the edits that are not answered yet from one process to the next. It belongs to one client, and one user, at a time, and is called by one caller at a time.</summary>
public interface IMutationStore
{
    /// <summary>What is kept. The store is the caller's until it is released.</summary>
    /// <exception cref="IOException">It cannot be read, or it is in use.</exception>
    ValueTask<LoadedMutations> LoadAsync(CancellationToken cancellationToken);

    /// <summary>Writes these down, in order. Once it has returned, they survive a crash, every <see cref="MutationRecord.Drop"/> as well: what became of an edit is told when it is gone from here, so that no
    /// later process sends it again and hears something else. When it throws, it is as if it had not been called.</summary>
    ValueTask WriteAsync(IReadOnlyList<MutationRecord> records, CancellationToken cancellationToken);

    /// <summary>The client is closed; nothing is written until the store is loaded again.</summary>
    ValueTask ReleaseAsync();
}

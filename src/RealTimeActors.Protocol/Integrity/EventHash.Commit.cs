using RealTimeActors.Protocol.Integrity.Commitments;
using RealTimeActors.Protocol.Json;

namespace RealTimeActors.Protocol.Integrity;

/// <content>The commitment to an event's data.</content>
public static partial class EventHash
{
    /// <summary>Commits to <paramref name="data"/> field by field, so that single fields can be shown or withheld later.</summary>
    /// <param name="data">A compact JSON value (<see cref="JsonText.TryCompact"/>).</param>
    /// <param name="salt">The random salt of the event, 16 bytes; kept beside it in the log.</param>
    /// <param name="commitment">Receives 32 bytes.</param>
    /// <exception cref="InvalidDataException">The data is no such value: between its fields stands what does not belong there.</exception>
    public static void Commit(ReadOnlySpan<byte> data, ReadOnlySpan<byte> salt, Span<byte> commitment)
    {
        CheckSalt(salt);
        using var batch = new CommitBatch();
        batch.Add(data, salt);
        batch.Complete(commitment);
    }

    /// <summary>What <see cref="Commit"/> makes of each, and less than half the work.</summary>
    /// <param name="data">Compact JSON values.</param>
    /// <param name="salts">The random salt of each, 16 bytes.</param>
    /// <param name="commitments">Receives 32 bytes for each.</param>
    /// <exception cref="InvalidDataException">As with <see cref="Commit"/>, of any of them.</exception>
    public static void CommitMany(ReadOnlySpan<ReadOnlyMemory<byte>> data, ReadOnlySpan<ReadOnlyMemory<byte>> salts, Span<byte> commitments)
    {
        using var batch = new CommitBatch();
        for (var i = 0; i < data.Length; i++)
        {
            var salt = salts[i].Span;
            CheckSalt(salt);
            batch.Add(data[i].Span, salt);
            if (batch.IsFull || i == data.Length - 1)
                commitments = commitments[(batch.Complete(commitments) * Bytes)..];
        }
    }

    private static void CheckSalt(ReadOnlySpan<byte> salt)
    {
        if (salt.Length != SaltBytes)
            throw new ArgumentException($"A salt of {SaltBytes} bytes is expected; {salt.Length} came.", nameof(salt));
    }
}

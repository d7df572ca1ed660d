namespace RealTimeActors.Engine.Channels;

/// <summary>
/// What one producer has published to one channel: its last sequences with what became of them, so that a repeat gets the same receipt.
/// </summary>
internal sealed class ProducerWindow
{
    /// <summary>Sequences that are remembered (protocol.md, "Idempotence").</summary>
    internal const int SequencesMax = 1_000;

    private readonly SortedDictionary<long, Remembered> _bySequence = [];

    /// <summary>The greatest sequence that was forgotten: everything up to it can no longer be judged.</summary>
    internal long Forgotten { get; private set; }

    /// <summary>The greatest sequence seen.</summary>
    internal long Last { get; private set; }

    /// <summary>When the producer last published, Unix milliseconds.</summary>
    internal long LastTimeUnixMs { get; private set; }

    /// <summary>What is remembered, by sequence.</summary>
    internal IReadOnlyCollection<KeyValuePair<long, Remembered>> Entries => _bySequence;

    /// <summary>Judges a sequence before it is appended.</summary>
    internal ProducerVerdict Judge(long sequence, ReadOnlySpan<byte> digest, out Remembered remembered)
    {
        if (_bySequence.TryGetValue(sequence, out remembered))
            return remembered.Digest.Span.SequenceEqual(digest) ? ProducerVerdict.Duplicate : ProducerVerdict.Conflict;

        return sequence <= Forgotten || sequence <= Last - SequencesMax ? ProducerVerdict.OutOfWindow : ProducerVerdict.New;
    }

    /// <summary>Remembers an accepted sequence and forgets the oldest beyond the window.</summary>
    internal void Add(long sequence, Remembered remembered, long timeUnixMs)
    {
        _bySequence[sequence] = remembered;
        Last = Math.Max(Last, sequence);
        LastTimeUnixMs = timeUnixMs;
        if (_bySequence.Count <= SequencesMax)
            return;

        var oldest = _bySequence.First().Key;
        _bySequence.Remove(oldest);
        Forgotten = Math.Max(Forgotten, oldest);
    }

    /// <summary>Brings back what a snapshot kept.</summary>
    internal void Restore(long forgotten, long last, long lastTimeUnixMs)
    {
        Forgotten = forgotten;
        Last = last;
        LastTimeUnixMs = lastTimeUnixMs;
    }

    /// <summary>What became of one sequence.</summary>
    internal readonly record struct Remembered(long Offset, ReadOnlyMemory<byte> Hash, ReadOnlyMemory<byte> Digest);
}

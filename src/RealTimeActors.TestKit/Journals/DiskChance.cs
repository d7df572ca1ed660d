using System.Buffers.Binary;
using RealTimeActors.Actors;

namespace RealTimeActors.TestKit.Journals;

/// <summary>The draws of a disk, each kind from a fork of its own.</summary>
internal sealed class DiskChance(IEntropy entropy)
{
    private readonly IEntropy _flush = entropy.Fork("flush");
    private readonly IEntropy _answer = entropy.Fork("answer");
    private readonly IEntropy _read = entropy.Fork("read");
    private readonly IEntropy _readFailure = entropy.Fork("read-failure");
    private readonly IEntropy _unknown = entropy.Fork("unknown");
    private readonly IEntropy _crash = entropy.Fork("crash");

    internal TimeSpan Flush(DiskFaults faults) => faults.FlushMin + Part(_flush, faults.FlushMax - faults.FlushMin);

    internal TimeSpan Answer(DiskFaults faults) => Part(_answer, faults.AnswerMax);

    internal TimeSpan Read(DiskFaults faults) => Part(_read, faults.ReadMax);

    internal bool ReadFails(DiskFaults faults) => Unit(_readFailure) < faults.ReadFailureChance;

    internal bool IsUnknown(DiskFaults faults) => Unit(_unknown) < faults.UnknownCommitChance;

    internal bool IsUnknownWritten() => Unit(_unknown) < 0.5;

    /// <summary>How many of the writes in the middle of a flush a crash leaves.</summary>
    internal int Kept(DiskFaults faults, int count) => Unit(_crash) < faults.TornFlushChance ? (int)(Unit(_crash) * (count + 1)) : 0;

    private static TimeSpan Part(IEntropy entropy, TimeSpan most) => most <= TimeSpan.Zero ? TimeSpan.Zero : TimeSpan.FromTicks((long)(Unit(entropy) * most.Ticks));

    /// <summary>At least 0, less than 1.</summary>
    private static double Unit(IEntropy entropy)
    {
        Span<byte> bytes = stackalloc byte[8];
        entropy.Fill(bytes);
        return (BinaryPrimitives.ReadUInt64LittleEndian(bytes) >> 11) * (1.0 / (1UL << 53));
    }
}

using RealTimeActors.Persistence.Journals.Memory;

namespace RealTimeActors.TestKit.Journals;

/// <summary>What was flushed at one moment: a backup.</summary>
public sealed class DiskCopy
{
    internal DiskCopy(MemoryStreams streams) => Streams = streams;

    internal MemoryStreams Streams { get; }
}

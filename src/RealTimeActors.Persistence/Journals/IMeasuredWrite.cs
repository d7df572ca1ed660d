namespace RealTimeActors.Persistence.Journals;

/// <summary>A write of a group commit, as <see cref="JournalMeters"/> looks at it.</summary>
public interface IMeasuredWrite
{
    /// <summary>It found no room: it only keeps its place among the answers of its stream.</summary>
    bool IsRefused { get; }

    /// <summary>When it was told, by the clock's time stamps; 0: nobody measured.</summary>
    long ToldAt { get; }

    /// <summary>Payload bytes it holds on to.</summary>
    int Bytes { get; }

    /// <summary>What it is answered.</summary>
    JournalReply Answer { get; }
}

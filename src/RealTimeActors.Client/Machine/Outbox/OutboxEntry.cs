using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Machine.Outbox;

/// <summary>One publish that waits for its answer.</summary>
internal sealed class OutboxEntry(long id, ClientFrame.Publish frame, PublishLane lane, int bytes, TimeSpan? deadline)
{
    internal long Id { get; } = id;

    /// <summary>Once it is in the window: with id and producer sequence, which stay the same however often it is sent.</summary>
    internal ClientFrame.Publish Frame { get; set; } = frame;
    internal PublishLane Lane { get; } = lane;
    internal int Bytes { get; } = bytes;
    internal TimeSpan? Deadline { get; } = deadline;

    /// <summary>Its place beyond the window; null once it is in it.</summary>
    internal LinkedListNode<OutboxEntry>? WaitingNode { get; set; }

    /// <summary>Whether it takes one of the places that its channel remembers.</summary>
    internal bool IsInWindow { get; set; }

    /// <summary>Whether it is on its way on the present connection.</summary>
    internal bool IsSent { get; set; }

    /// <summary>Whether a former sending may have been appended without our having heard of it.</summary>
    internal bool MayBeInLog { get; set; }
    internal bool IsSettled { get; set; }
    internal int Refusals { get; set; }
    internal int TokenAttempts { get; set; }
}

namespace RealTimeActors.Client.Machine.Outbox;

/// <summary>The publishes to one channel, in order.</summary>
internal sealed class PublishLane(string channel, long lastSequence)
{
    internal string Channel { get; } = channel;

    /// <summary>Sequences in the window are consecutive, so that a window of 1,000 is no more than what a channel remembers, however it counts.</summary>
    internal long LastSequence { get; set; } = lastSequence;

    /// <summary>From the oldest unanswered one on, all that was sent after it, answered or not: what the channel has to remember for a repeat of the
    /// oldest to be recognised.</summary>
    internal Queue<OutboxEntry> Window { get; } = new();

    /// <summary>Beyond the window.</summary>
    internal LinkedList<OutboxEntry> Waiting { get; } = new();

    /// <summary>Nothing is sent before then: one of the lane has to be repeated first, and order is kept.</summary>
    internal TimeSpan? HeldUntil { get; set; }

    /// <summary>Repeats since the last answer that settled one.</summary>
    internal int Attempts { get; set; }
    internal bool IsEmpty => Window.Count == 0 && Waiting.Count == 0;
}

using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Machine;

/// <summary>A read or a refresh that waits for its answer. Sending it twice does no harm.</summary>
internal sealed class PendingRequest(ClientFrame frame, TimeSpan deadline)
{
    internal ClientFrame Frame { get; } = frame;
    internal TimeSpan Deadline { get; } = deadline;
    internal bool IsSent { get; set; }
    internal TimeSpan? RetryAt { get; set; }
    internal int Attempts { get; set; }
    internal int TokenAttempts { get; set; }
}

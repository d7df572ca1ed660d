namespace RealTimeActors.TestKit.Network;

/// <summary>How often the interesting things happened, so that a simulation can show that they do.</summary>
public sealed class NetworkCounts
{
    /// <summary>Connections that came about.</summary>
    public long Opened { get; internal set; }

    /// <summary>Connections that were cut.</summary>
    public long Cut { get; internal set; }

    /// <summary>Cuts in the middle of a frame, in either direction.</summary>
    public long CutInsideFrame { get; internal set; }

    /// <summary>Cuts that one end did not notice.</summary>
    public long HalfOpen { get; internal set; }

    /// <summary>Sends of the server that were not taken whole.</summary>
    public long PartialSends { get; internal set; }

    /// <summary>Attempts to connect that failed.</summary>
    public long ConnectFailures { get; internal set; }

    /// <summary>Streams of events that ended inside of one.</summary>
    public long CutInsideEvent { get; internal set; }

    /// <summary>Streams of events that went on after the last id that the client had.</summary>
    public long StreamsWentOn { get; internal set; }

    /// <summary>Polls whose answer was written and did not arrive.</summary>
    public long PollAnswersLost { get; internal set; }

    /// <summary>Batches that were fetched again by the same cursor.</summary>
    public long BatchesFetchedAgain { get; internal set; }

    /// <summary>Requests up that were taken and whose answers did not arrive.</summary>
    public long UpAnswersLost { get; internal set; }

    /// <summary>Requests up that did not arrive.</summary>
    public long UpRequestsLost { get; internal set; }

    /// <summary>Sessions that a request which fetches what comes down has resumed by itself.</summary>
    public long ResumedByDown { get; internal set; }

    /// <summary>Requests that came to another node than their connection's.</summary>
    public long PassedOn { get; internal set; }

    /// <summary>Those of them that were not answered from there.</summary>
    public long PassedOnInVain { get; internal set; }

    /// <summary>Streams that something on the way gathered before it let them through.</summary>
    public long Gathered { get; internal set; }
}

using RealTimeActors.Engine.Relays;

namespace RealTimeActors.Engine.Telemetry;

/// <summary>What the relay of a node counts: written by its actor alone, in plain fields; read from anywhere.</summary>
internal sealed class RelayFigures
{
    private readonly long[] _asked = new long[Outcomes.Length];
    private readonly long[] _served = new long[Outcomes.Length];

    /// <summary>What becomes of a request, in the words of the figures; by <see cref="RelayOutcome"/>.</summary>
    internal static string[] Outcomes { get; } = ["answered", "broken", "given_up", "not_here", "busy", "out_of_reach", "unknown"];

    /// <summary>What can become of one that came from another node: that it cannot be reached, or is silent, only the other one finds out.</summary>
    internal static RelayOutcome[] OutcomesHere { get; } = [RelayOutcome.Answered, RelayOutcome.Broken, RelayOutcome.GivenUp, RelayOutcome.NotHere, RelayOutcome.Busy];

    /// <summary>Requests that are with other nodes just now.</summary>
    internal long Asking { get; set; }

    /// <summary>Requests of other nodes that are answered here just now.</summary>
    internal long Serving { get; set; }

    /// <summary>Answers that wait until what went before them to the same node is there.</summary>
    internal long Waiting { get; set; }

    /// <summary>Bytes of answers that went to other nodes.</summary>
    internal long BytesSent { get; set; }

    /// <summary>Bytes of answers that came from other nodes.</summary>
    internal long BytesReceived { get; set; }

    internal long Asked(RelayOutcome outcome) => _asked[(int)outcome];

    internal long Served(RelayOutcome outcome) => _served[(int)outcome];

    internal void CountAsked(RelayOutcome outcome) => _asked[(int)outcome]++;

    internal void CountAsked(RelayRefusal why) => CountAsked(why switch
    {
        RelayRefusal.NotHere => RelayOutcome.NotHere,
        RelayRefusal.Busy => RelayOutcome.Busy,
        RelayRefusal.OutOfReach => RelayOutcome.OutOfReach,
        _ => RelayOutcome.Unknown,
    });

    internal void CountServed(RelayOutcome outcome) => _served[(int)outcome]++;
}

using RealTimeActors.Protocol.Frames;
using RealTimeActors.Simulation.Model;

namespace RealTimeActors.Simulation.Checkers;

/// <summary>One subscription on one connection, as the wire shows it.</summary>
internal sealed class SubscriptionView(string channel, string epoch, long start, ClientFrame.Subscribe? request)
{
    public string Channel { get; } = channel;

    public string Epoch { get; } = epoch;

    /// <summary>Offsets after this were to follow.</summary>
    public long Start { get; } = start;

    /// <summary>What was asked for; null where it was taken over from the session.</summary>
    public ClientFrame.Subscribe? Request { get; } = request;

    public DeliveryOrder Order => Request?.Order ?? DeliveryOrder.Lanes;

    public Priority Least => Request?.Priority ?? Priority.Low;

    /// <summary>How each offset was accounted for.</summary>
    public SortedDictionary<long, Account> Accounts { get; } = [];

    /// <summary>The same as a set, with its prefix.</summary>
    public OffsetSet Accounted { get; } = new(start);

    /// <summary>The highest offset of an event, per priority.</summary>
    public long[] HighestPerLane { get; } = new long[4];

    public bool IsEnded { get; set; }
}

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
    public Dictionary<long, Account> Accounts { get; } = [];

    /// <summary>The same as a set, with its prefix.</summary>
    public OffsetSet Accounted { get; } = new(start);

    /// <summary>What the request allows.</summary>
    public ShapeModel Model { get; } = new(request);

    /// <summary>The highest offset of an event, per line that is in order.</summary>
    public Dictionary<string, long> HighestPerLine { get; } = new(StringComparer.Ordinal);

    /// <summary>Events that count for its rate.</summary>
    public long Counted { get; set; }

    /// <summary>What it was told last about how it is behind; null: it is live.</summary>
    public string? Lag { get; set; }

    /// <summary>It was told that only the newest of each key comes.</summary>
    public bool WasBehind { get; set; }

    public bool IsEnded { get; set; }
}

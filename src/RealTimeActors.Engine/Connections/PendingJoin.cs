using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Connections;

/// <summary>A subscription's question to its channel where it begins, on its way: whatever happens to the channel's actor meanwhile, it is asked until it is answered.</summary>
/// <param name="subscription">Which subscription.</param>
/// <param name="request">What it is about.</param>
/// <param name="from">Where it wants to begin.</param>
internal sealed class PendingJoin(Subscription subscription, Request request, From from)
{
    private Refusals _refusals;

    internal Subscription Subscription { get; } = subscription;

    internal Request Request { get; } = request;

    internal From From { get; } = from;

    /// <summary>When it is asked again, Unix milliseconds: what was in an actor that has ended is not answered.</summary>
    internal long AgainUnixMs { get; set; }

    /// <summary>How often it was asked since anything was heard of it.</summary>
    internal int Times { get; set; }

    /// <summary>Nobody took it. Whether it is to be asked again at once.</summary>
    internal bool MayAskAtOnce(long nowUnixMs) => _refusals.MayAskAtOnce(nowUnixMs);

    /// <summary>Where it stands among those of its channel; -1: it is answered.</summary>
    internal int Place { get; set; } = -1;
}

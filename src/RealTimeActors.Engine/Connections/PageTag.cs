namespace RealTimeActors.Engine.Connections;

/// <summary>A page of the log on its way to a subscription. The answer to one that is not waited for any more is not taken for the answer to the next.</summary>
internal sealed class PageTag(Subscription subscription)
{
    internal Subscription Subscription { get; } = subscription;
}

using RealTimeActors.Hosting.Events;

namespace RealTimeActors.Hosting.Tests.Events;

public abstract record GrantEvent(string Id)
{
    public sealed record Opened(string Id) : GrantEvent(Id);

    public sealed record AmountRaised(string Id, decimal By) : GrantEvent(Id);

    [EventType("grant.ended")]
    public sealed record Closed(string Id) : GrantEvent(Id);
}

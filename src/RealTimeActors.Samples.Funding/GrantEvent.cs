namespace RealTimeActors.Samples.Funding;

/// <summary>What happens to grants. In the log: <c>grant.opened</c> and <c>grant.raised</c>.</summary>
public abstract record GrantEvent(string Id)
{
    /// <summary>There is a new grant.</summary>
    public sealed record Opened(string Id, decimal Amount) : GrantEvent(Id);

    /// <summary>There is more money for it.</summary>
    public sealed record Raised(string Id, decimal By) : GrantEvent(Id);
}

namespace RealTimeActors.Hosting.Events;

/// <summary>
/// The type that a .NET type's events have in the log: <c>[EventType("grant.updated")]</c>.
/// </summary>
/// <remarks>Without it the name says it: <c>GrantEvent.AmountRaised</c> (a case of the union <c>GrantEvent</c>, nested or not) is <c>grant.amount_raised</c>, a record
/// <c>OrderPlaced</c> of its own is <c>order_placed</c>. What stands in a log is there for good: before you rename a type, write its former name into this attribute.</remarks>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class EventTypeAttribute(string name) : Attribute
{
    /// <summary>The name in the log.</summary>
    public string Name { get; } = name;
}

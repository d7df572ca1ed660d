namespace RealTimeActors.Protocol.Frames;

/// <summary>One attribute of an event, and the values of which it must have one for the event to be wanted. A value that ends in <c>*</c> is a prefix; an event
/// without the attribute does not match.</summary>
/// <param name="Attribute">One of <c>type</c>, <c>key</c>, <c>source</c>, <c>user</c>, <c>correlationId</c>, <c>session</c>.</param>
/// <param name="Values">At least one.</param>
public sealed record AttributeFilter(string Attribute, IReadOnlyList<string> Values)
{
    /// <summary>Equal are those that ask for the same values in the same order.</summary>
    public bool Equals(AttributeFilter? other) => other is not null && other.Attribute == Attribute && other.Values.SequenceEqual(Values);

    /// <inheritdoc/>
    public override int GetHashCode() => (Attribute.Length * 31) + Values.Count;
}

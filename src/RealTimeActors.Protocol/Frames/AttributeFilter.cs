namespace RealTimeActors.Protocol.Frames;

/// <summary>What a subscription wants of one attribute of an event: that it is one of these values. A value with <c>*</c> at its end is a prefix; an event without the attribute does not match.</summary>
/// <param name="Attribute"><c>type</c>, <c>key</c>, <c>source</c>, <c>user</c>, <c>correlationId</c> or <c>session</c>.</param>
/// <param name="Values">At least one.</param>
public sealed record AttributeFilter(string Attribute, IReadOnlyList<string> Values);

using System.Text;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Protocol.Codecs;

/// <summary>How much a subscription may ask for. The codecs refuse the rest with 101; clients ask here before they send it.</summary>
public static class SubscriptionBounds
{
    private const string Attributes = "type, key, source, user, correlationId or session";

    /// <summary>What of the shape, the fields or the filter is out of bounds, in words; null: nothing.</summary>
    public static string? FaultOf(Shape? shape, IReadOnlyList<string>? fields, IReadOnlyList<AttributeFilter>? filter)
        => FaultOfShape(shape) ?? FaultOfNames("subscribe.fields", fields) ?? FaultOfFilter(filter);

    private static string? FaultOfShape(Shape? shape) => shape is null ? null
        : FaultOfNumber("shape.debounceMs", shape.DebounceMs, Limits.ShapeMsMax)
            ?? FaultOfNumber("shape.debounceMaxMs", shape.DebounceMaxMs, Limits.ShapeMsMax)
            ?? FaultOfNumber("shape.batchMs", shape.BatchMs, Limits.ShapeMsMax)
            ?? FaultOfNumber("shape.batchMax", shape.BatchMax, Limits.ShapeBatchMax)
            ?? FaultOfNumber("shape.maxPerSecond", shape.MaxPerSecond, Limits.ShapeRateMax)
            ?? FaultOfNames("shape.immediate", shape.Immediate)
            ?? (shape.Conflate is { } word && !Words.IsConflation(word) ? JsonFields.Unexpected(Encoding.UTF8.GetBytes(word), Words.Conflations) : null);

    private static string? FaultOfNumber(string name, long? value, long most)
        => value < 0 || value > most ? $"{name} is {value}; a whole number from 0 to {most} is expected." : null;

    private static string? FaultOfFilter(IReadOnlyList<AttributeFilter>? filter)
    {
        for (var i = 0; i < filter?.Count; i++)
        {
            var (attribute, values) = filter[i];
            if (attribute is not ("type" or "key" or "source" or "user" or "correlationId" or "session"))
                return JsonFields.Unexpected(Encoding.UTF8.GetBytes(attribute), Attributes);

            for (var earlier = 0; earlier < i; earlier++)
                if (filter[earlier].Attribute == attribute)
                    return $"subscribe.filter names {attribute} twice; each attribute is expected once, with all the values that it may have.";

            if (values.Count == 0)
                return $"subscribe.filter.{attribute} has no values, so that no event could match; at least one is expected, or the attribute is left out.";

            if (FaultOfNames($"subscribe.filter.{attribute}", values) is { } fault)
                return fault;
        }

        return null;
    }

    private static string? FaultOfNames(string name, IReadOnlyList<string>? names)
    {
        if (names is null)
            return null;

        if (names.Count > Limits.NamesMax)
            return $"{name} has {names.Count} elements; at most {Limits.NamesMax} are expected.";

        foreach (var one in names)
            if (one.Length == 0 || one.Length > Limits.NameBytesMax || Encoding.UTF8.GetByteCount(one) > Limits.NameBytesMax)
                return $"{name} has an element of {Encoding.UTF8.GetByteCount(one)} bytes; 1 to {Limits.NameBytesMax} are expected.";

        return null;
    }
}

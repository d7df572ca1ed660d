using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Shaping;

/// <summary>Which events a subscription wants, by their attributes: every attribute named must be one of its values.</summary>
internal sealed class EventFilter
{
    private readonly Condition[] _conditions;

    private EventFilter(Condition[] conditions) => _conditions = conditions;

    /// <summary>What was asked for; null: every event is wanted.</summary>
    internal static EventFilter? Of(IReadOnlyList<AttributeFilter> filter) =>
        filter.Count == 0 ? null : new EventFilter([.. filter.Select(Condition.Of)]);

    internal bool Matches(ChannelEvent e)
    {
        foreach (var condition in _conditions)
        {
            if (!condition.Holds(e))
                return false;
        }

        return true;
    }

    private sealed class Condition(Func<ChannelEvent, string?> attribute, HashSet<string> values, string[] prefixes)
    {
        internal static Condition Of(AttributeFilter filter) => new(
            AttributeOf(filter.Attribute),
            filter.Values.Where(value => !value.EndsWith('*')).ToHashSet(StringComparer.Ordinal),
            [.. filter.Values.Where(value => value.EndsWith('*')).Select(value => value[..^1])]);

        /// <summary>An event without the attribute does not match, not even everything (<c>*</c>).</summary>
        internal bool Holds(ChannelEvent e)
        {
            if (attribute(e) is not { Length: > 0 } value)
                return false;

            if (values.Contains(value))
                return true;

            foreach (var prefix in prefixes)
            {
                if (value.StartsWith(prefix, StringComparison.Ordinal))
                    return true;
            }

            return false;
        }

        /// <summary>A name that this version does not know (of a session that a newer one wrote) is an attribute that no event has.</summary>
        private static Func<ChannelEvent, string?> AttributeOf(string name) => name switch
        {
            "type" => static e => e.Type,
            "key" => static e => e.Key,
            "source" => static e => e.Source,
            "user" => static e => e.User,
            "correlationId" => static e => e.CorrelationId,
            "session" => static e => e.Session,
            _ => static _ => null,
        };
    }
}

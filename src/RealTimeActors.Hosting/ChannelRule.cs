using System.Collections.Frozen;
using System.Globalization;

namespace RealTimeActors.Hosting;

/// <summary>How the channels of a pattern behave: an entry of <c>realtime.channels</c>, whose words are explained in <c>hocon/reference.conf</c>.</summary>
/// <param name="Pattern">As <c>funding.grants</c>, <c>funding.*</c> or <c>funding.&gt;</c>; of several that match, the most specific one counts.</param>
public sealed record ChannelRule(string Pattern)
{
    /// <summary>Whether its events are on disk before they are acknowledged and seen; otherwise they are in memory only.</summary>
    public bool IsDurable { get; init; } = true;

    /// <summary>Whether an ephemeral channel keeps its events for the sessions that are away.</summary>
    public bool KeepsForOffline { get; init; }

    /// <summary>The newest events that are kept; null: all.</summary>
    public long? RetentionCount { get; init; }

    /// <summary>How long events are kept; null: for ever.</summary>
    public TimeSpan? RetentionAge { get; init; }

    /// <summary>The most bytes that are kept; null: all.</summary>
    public long? RetentionBytes { get; init; }

    /// <summary>The conflict rule of the channel's shared state where no field says otherwise (<c>sum</c>, <c>custom:name</c>); null: <c>last-write</c>.</summary>
    public string? Merge { get; init; }

    /// <summary>The conflict rules of single fields, as <c>["amount"] = "sum"</c>.</summary>
    public IReadOnlyDictionary<string, string> MergeFields { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>How often an event that a client could not process is delivered to it, the first time included; null: 5 times.</summary>
    public int? RetryAttempts { get; init; }

    /// <summary>The pause before it is delivered again, which doubles each time; null: 1 s.</summary>
    public TimeSpan? RetryDelay { get; init; }

    internal IEnumerable<(string Key, string Value)> Values()
    {
        yield return ("pattern", Pattern);
        yield return ("durability", IsDurable ? "durable" : "ephemeral");
        if (KeepsForOffline)
            yield return ("offline", "keep");
        if (RetentionCount is { } count)
            yield return ("retention:count", count.ToString(CultureInfo.InvariantCulture));
        if (RetentionAge is { } age)
            yield return ("retention:age", Text(age));
        if (RetentionBytes is { } bytes)
            yield return ("retention:bytes", bytes.ToString(CultureInfo.InvariantCulture));
        if (Merge is not null)
            yield return ("merge:default", Merge);
        foreach (var (path, rule) in MergeFields)
            yield return ($"merge:fields:{path}", rule);
        if (RetryAttempts is { } attempts)
            yield return ("retry:attempts", attempts.ToString(CultureInfo.InvariantCulture));
        if (RetryDelay is { } delay)
            yield return ("retry:delay", Text(delay));
    }

    internal static string Text(TimeSpan duration) => duration.TotalMilliseconds.ToString(CultureInfo.InvariantCulture) + "ms";
}

using RealTimeActors.Engine.Channels;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Hosting.Settings;

/// <summary>Reads <c>realtime.channels</c>: how the channels of each pattern behave.</summary>
internal static class ChannelRules
{
    private static readonly TimeSpan _forever = TimeSpan.FromDays(36_500);

    /// <summary>The rules with the most specific pattern first; of equals, the one that was written first.</summary>
    internal static IReadOnlyList<(ChannelPattern Pattern, ChannelSettings Settings)> Read(IReadOnlyList<KeyReader> rules)
    {
        var read = new List<(ChannelPattern Pattern, ChannelSettings Settings)>();
        foreach (var rule in rules)
        {
            var settings = ReadSettings(rule);
            var text = rule.Text("pattern", "");
            if (ChannelPattern.TryParse(text, out var pattern, out var error))
                read.Add((pattern, settings));
            else
                rule.Problem("pattern", $"a channel pattern is expected; '{text}' came: {error.TrimEnd('.')}");
        }

        return [.. read.OrderBy(rule => rule.Pattern)];
    }

    private static ChannelSettings ReadSettings(KeyReader rule)
    {
        var retention = rule.Section("retention");
        var memory = rule.Section("memory");
        var isDurable = rule.OneOf("durability", "durable", "durable", "ephemeral") == "durable";
        var keeps = rule.OneOf("offline", "none", "none", "keep") == "keep";
        if (isDurable && keeps)
            rule.Problem("offline", "'keep' is for ephemeral channels; a durable channel keeps everything in its log anyway");

        return new ChannelSettings
        {
            IsDurable = isDurable,
            KeepsForOffline = keeps && !isDurable,
            Retention = new RetentionRule
            {
                Count = retention.Has("count") ? retention.Long("count", 1, 1, long.MaxValue / 2) : null,
                Age = retention.Has("age") ? retention.Duration("age", _forever, TimeSpan.FromMilliseconds(1), _forever) : null,
                Bytes = retention.Has("bytes") ? retention.Bytes("bytes", 1, 1, long.MaxValue / 2) : null,
            },
            MemoryEventsMax = memory.Integer("count", 1_000, 1, 1_000_000),
            MemoryBytesMax = memory.Bytes("bytes", 1 << 20, 1_024, 1 << 30),
        };
    }
}

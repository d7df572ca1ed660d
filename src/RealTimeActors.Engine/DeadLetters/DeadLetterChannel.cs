using System.Security.Cryptography;
using System.Text;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.DeadLetters;

/// <summary>Where the dead letters of a channel are: <c>$dlq.&lt;channel&gt;</c>, a channel with a log like any other, which only the server publishes to.</summary>
public static class DeadLetterChannel
{
    private const string Prefix = "$dlq.";

    /// <summary>How dead letters are kept where the configuration does not say: for 30 days, at most 100,000 of a channel and about 256 MiB of their data.</summary>
    public static ChannelSettings Settings { get; } = new()
    {
        Retention = new RetentionRule { Age = TimeSpan.FromDays(30), Count = 100_000, Bytes = 256L * 1_048_576 },
    };

    /// <summary>The dead letters of a channel; null for dead letters themselves, of which there are none.</summary>
    public static ChannelName? Of(ChannelName origin)
    {
        if (origin.Value.StartsWith(Prefix, StringComparison.Ordinal))
            return null;

        // Only a name of the server can be so long; the letter says whose it is.
        return ChannelName.TryParse(Prefix + origin.Value, out var name, out _)
            ? name
            : ChannelName.Parse($"{Prefix}$long.{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(origin.Value)).AsSpan(0, 8))}");
    }

    /// <summary>Whose dead letters a channel has; null: it has none.</summary>
    public static ChannelName? OriginOf(ChannelName channel) =>
        channel.Value.StartsWith(Prefix, StringComparison.Ordinal) && ChannelName.TryParse(channel.Value[Prefix.Length..], out var origin, out _) ? origin : null;
}

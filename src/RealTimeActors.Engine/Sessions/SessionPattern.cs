using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Sessions;

/// <summary>A pattern that a session follows. Never changes. The cursors of its channels stand beside it, as subscriptions of their own.</summary>
/// <param name="Pattern">Which channels.</param>
/// <param name="Options">What was asked for, with the defaults of durable channels.</param>
/// <param name="TakesDefaultOverflow">Whether the overflow policy is that of the kind of channel.</param>
internal sealed record SessionPattern(ChannelPattern Pattern, SubscriptionOptions Options, bool TakesDefaultOverflow)
{
    /// <summary>Patterns of channels that an administrator has ended, at most; beyond it the pattern is ended itself.</summary>
    internal const int LeftOutMax = 64;

    /// <summary>Whether the cursors of all channels that were there when it was subscribed to are kept: until then its client was not answered, and it is not gone on with.</summary>
    internal bool IsComplete { get; init; }

    /// <summary>Whether a channel of it was refused since: then one without a cursor need not have been born while the session was away.</summary>
    internal bool HasRefused { get; init; }

    /// <summary>Channels that an administrator has ended: they stay out until the pattern is subscribed to again.</summary>
    internal IReadOnlyList<ChannelPattern> LeftOut { get; init; } = [];

    private readonly SubscriptionOptions _ofEphemeral = TakesDefaultOverflow ? Options with { Overflow = OverflowPolicy.DropOldest } : Options;

    /// <summary>The same object each time, so that 100,000 channels do not hold 100,000 of them.</summary>
    internal SubscriptionOptions OptionsOf(bool isDurable) => isDurable ? Options : _ofEphemeral;

    /// <summary>Whether the channel is followed because of it.</summary>
    internal bool Means(ChannelName channel)
    {
        if (!Pattern.Matches(channel))
            return false;

        foreach (var leftOut in LeftOut)
        {
            if (leftOut.Matches(channel))
                return false;
        }

        return true;
    }
}

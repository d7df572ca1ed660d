using RealTimeActors.Persistence.EventSourcing;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Sessions;

/// <content>Patterns and the cursors of their channels: of a channel its name, kind and position, because the options are the pattern's. 100,000 of them are some 4 MB.</content>
internal static partial class SessionFormat
{
    private static void WritePattern(PayloadWriter to, SessionPattern pattern)
    {
        to.Text(pattern.Pattern.Text);
        WriteOptions(to, pattern.Options);
        WriteShaping(to, pattern.Options);
        to.Byte((byte)((pattern.TakesDefaultOverflow ? 1 : 0) | (pattern.IsComplete ? 2 : 0) | (pattern.HasRefused ? 4 : 0)));
        to.Varint(pattern.LeftOut.Count);
        foreach (var leftOut in pattern.LeftOut)
            to.Text(leftOut.Text);
    }

    private static SessionPattern ReadPattern(ref PayloadReader from)
    {
        var pattern = ReadPatternText(ref from);
        var options = ReadOptions(ref from);
        options = ReadShaping(ref from, options);
        var flags = from.Byte();
        var leftOut = new ChannelPattern[from.Varint()];
        for (var i = 0; i < leftOut.Length; i++)
            leftOut[i] = ReadPatternText(ref from);

        return new SessionPattern(pattern, options, TakesDefaultOverflow: (flags & 1) != 0) { IsComplete = (flags & 2) != 0, HasRefused = (flags & 4) != 0, LeftOut = leftOut };
    }

    private static ChannelPattern ReadPatternText(ref PayloadReader from) => ChannelPattern.Parse(from.Text() ?? "");

    private static void WriteAnnounced(PayloadWriter to, IReadOnlyList<SessionSubscription> channels)
    {
        to.Varint(channels.Count);
        foreach (var channel in channels)
        {
            to.Text(channel.Channel.Value);
            to.Byte(channel.IsDurable ? (byte)1 : (byte)0);
            WritePosition(to, channel.Epoch, channel.Prefix, channel.Ahead);
        }
    }

    private static SessionEvent.Announced ReadAnnounced(ref PayloadReader from)
    {
        var channels = new SessionSubscription[from.Varint()];
        for (var i = 0; i < channels.Length; i++)
        {
            var channel = ReadChannel(ref from);
            var isDurable = from.Byte() == 1;
            var (epoch, prefix, ahead) = ReadPosition(ref from);
            channels[i] = new SessionSubscription(channel, _ofPattern, isDurable, epoch, prefix, ahead) { IsByPattern = true };
        }

        return new SessionEvent.Announced(channels);
    }

    /// <summary>Stands in until the state puts the pattern's options in its place.</summary>
    private static readonly SubscriptionOptions _ofPattern = new(AckMode.Auto, DeliveryOrder.Lanes, OverflowPolicy.CatchUp, Priority.Low);

    private static void WriteOptions(PayloadWriter to, SubscriptionOptions options)
    {
        to.Byte((byte)options.AckMode);
        to.Byte((byte)options.Order);
        to.Byte((byte)options.Overflow);
        to.Byte((byte)options.LeastPriority);
    }

    private static SubscriptionOptions ReadOptions(ref PayloadReader from) =>
        new((AckMode)from.Byte(), (DeliveryOrder)from.Byte(), (OverflowPolicy)from.Byte(), (Priority)from.Byte());
}

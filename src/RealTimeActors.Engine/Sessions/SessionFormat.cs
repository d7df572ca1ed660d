using RealTimeActors.Persistence.EventSourcing;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Sessions;

/// <summary>How a session's events and snapshots are stored. A kind, once written, stays readable: a change gets a new kind beside the old.</summary>
/// <remarks>Row, version 1: version byte, then per event its kind and fields. A snapshot is a row of the events that lead to the state.</remarks>
internal static partial class SessionFormat
{
    private const byte Version = 1;

    private enum Kind : byte
    {
        Begun = 1,
        Opened = 2,
        FormerKeyRetired = 3,
        Subscribed = 4,
        Unsubscribed = 5,
        Acknowledged = 6,
        Detached = 7,
        Kept = 8,

        /// <summary>A subscription with more than the four words: shape, filter, fields.</summary>
        SubscribedShaped = 9,
        Followed = 10,
        Unfollowed = 11,
        Announced = 12,
        Forgotten = 13,

        /// <summary>A subscription of mode state: as <see cref="SubscribedShaped"/>, and whether the client still needs the state itself.</summary>
        SubscribedState = 14,

        Nacked = 15,

        /// <summary>A subscription that asks who is there: as <see cref="SubscribedShaped"/>, then its mode, whether the client still needs the state, and what it asks for.</summary>
        SubscribedInterested = 16,

        /// <summary>A subscription whose client may not have heard that it begins anew: as <see cref="SubscribedInterested"/>.</summary>
        SubscribedAnew = 17,

        Attached = 18,
    }

    internal static byte[] Write(IReadOnlyList<SessionEvent> events)
    {
        var to = new PayloadWriter();
        to.Byte(Version);
        foreach (var e in events)
            WriteEvent(to, e);

        return to.ToArray();
    }

    internal static IReadOnlyList<SessionEvent> Read(ReadOnlyMemory<byte> payload)
    {
        var from = new PayloadReader(payload);
        var version = from.Byte();
        if (version != Version)
            throw new InvalidDataException($"Format {Version} is expected for a session's row, but it is of format {version}: it was written by a newer version. Use that one.");

        var events = new List<SessionEvent>();
        while (!from.IsAtEnd)
            events.Add(ReadEvent(ref from));

        return events;
    }

    private static void WriteEvent(PayloadWriter to, SessionEvent e)
    {
        switch (e)
        {
            case SessionEvent.Begun begun:
                to.Byte((byte)Kind.Begun);
                to.Text(begun.User);
                to.Bytes(begun.KeyHash.Span);
                to.Bytes(begun.FormerKeyHash.Span);
                to.Varint(begun.TimeUnixMs);
                break;
            case SessionEvent.Opened opened:
                to.Byte((byte)Kind.Opened);
                to.Bytes(opened.KeyHash.Span);
                to.Bytes(opened.FormerKeyHash.Span);
                to.Varint(opened.TimeUnixMs);
                break;
            case SessionEvent.FormerKeyRetired:
                to.Byte((byte)Kind.FormerKeyRetired);
                break;
            case SessionEvent.Subscribed(var subscription):
                WriteSubscribed(to, subscription);
                break;
            case SessionEvent.Unsubscribed(var channel):
                to.Byte((byte)Kind.Unsubscribed);
                to.Text(channel.Value);
                break;
            case SessionEvent.Acknowledged acknowledged:
                to.Byte((byte)Kind.Acknowledged);
                to.Text(acknowledged.Channel.Value);
                WritePosition(to, acknowledged.Epoch, acknowledged.Prefix, acknowledged.Ahead);
                break;
            case SessionEvent.Detached(var time):
                to.Byte((byte)Kind.Detached);
                to.Varint(time);
                break;
            case SessionEvent.Attached(var time):
                to.Byte((byte)Kind.Attached);
                to.Varint(time);
                break;
            case SessionEvent.Kept kept:
                to.Byte((byte)Kind.Kept);
                WriteKept(to, kept);
                break;
            case SessionEvent.Followed(var pattern):
                to.Byte((byte)Kind.Followed);
                WritePattern(to, pattern);
                break;
            case SessionEvent.Unfollowed(var pattern):
                to.Byte((byte)Kind.Unfollowed);
                to.Text(pattern.Text);
                break;
            case SessionEvent.Announced(var channels):
                to.Byte((byte)Kind.Announced);
                WriteAnnounced(to, channels);
                break;
            case SessionEvent.Forgotten(var channels):
                to.Byte((byte)Kind.Forgotten);
                to.Varint(channels.Count);
                foreach (var forgotten in channels)
                    to.Text(forgotten.Value);

                break;
            case SessionEvent.Nacked nacked:
                to.Byte((byte)Kind.Nacked);
                WriteNacked(to, nacked);
                break;
            default:
                throw new InvalidOperationException($"There is no stored form of {e}.");
        }
    }

    private static SessionEvent ReadEvent(ref PayloadReader from)
    {
        var kind = (Kind)from.Byte();
        switch (kind)
        {
            case Kind.Begun:
                return new SessionEvent.Begun(from.Text(), from.Bytes(), from.Bytes(), from.Varint());
            case Kind.Opened:
                return new SessionEvent.Opened(from.Bytes(), from.Bytes(), from.Varint());
            case Kind.FormerKeyRetired:
                return new SessionEvent.FormerKeyRetired();
            case Kind.Subscribed:
                return new SessionEvent.Subscribed(ReadSubscription(ref from));
            case Kind.SubscribedShaped:
                var subscription = ReadSubscription(ref from);
                return new SessionEvent.Subscribed(subscription with { Options = ReadShaping(ref from, subscription.Options) });
            case Kind.SubscribedState:
                var ofState = ReadSubscription(ref from);
                ofState = ofState with { Options = ReadShaping(ref from, ofState.Options) with { Mode = SubscriptionMode.State } };
                return new SessionEvent.Subscribed(ofState with { NeedsSnapshot = from.Byte() == 1 });
            case Kind.SubscribedInterested or Kind.SubscribedAnew:
                var interested = ReadSubscription(ref from);
                var options = ReadShaping(ref from, interested.Options) with { Mode = (SubscriptionMode)from.Byte() };
                var needsSnapshot = from.Byte() == 1;
                return new SessionEvent.Subscribed(interested with { Options = options with { Presence = (PresenceInterest)from.Byte() }, NeedsSnapshot = needsSnapshot, BeginsAnew = kind == Kind.SubscribedAnew });
            case Kind.Unsubscribed:
                return new SessionEvent.Unsubscribed(ReadChannel(ref from));
            case Kind.Acknowledged:
                var channel = ReadChannel(ref from);
                var (epoch, prefix, ahead) = ReadPosition(ref from);
                return new SessionEvent.Acknowledged(channel, epoch, prefix, ahead);
            case Kind.Detached:
                return new SessionEvent.Detached(from.Varint());
            case Kind.Attached:
                return new SessionEvent.Attached(from.Varint());
            case Kind.Kept:
                return ReadKept(ref from);
            case Kind.Followed:
                return new SessionEvent.Followed(ReadPattern(ref from));
            case Kind.Unfollowed:
                return new SessionEvent.Unfollowed(ReadPatternText(ref from));
            case Kind.Announced:
                return ReadAnnounced(ref from);
            case Kind.Forgotten:
                var forgotten = new ChannelName[from.Varint()];
                for (var i = 0; i < forgotten.Length; i++)
                    forgotten[i] = ReadChannel(ref from);

                return new SessionEvent.Forgotten(forgotten);
            case Kind.Nacked:
                return ReadNacked(ref from);
            default:
                throw new InvalidDataException($"A session's row holds an event of kind {kind}, which this version does not know. Use the version that wrote it.");
        }
    }

    private static void WriteSubscribed(PayloadWriter to, SessionSubscription subscription)
    {
        var options = subscription.Options;
        var isState = options.Mode == SubscriptionMode.State;
        Kind? whole = subscription.BeginsAnew ? Kind.SubscribedAnew : options.Presence != PresenceInterest.None ? Kind.SubscribedInterested : null;
        to.Byte((byte)(whole ?? (isState ? Kind.SubscribedState : options.IsPlain ? Kind.Subscribed : Kind.SubscribedShaped)));
        WriteSubscription(to, subscription);
        if (!options.IsPlain || whole is not null)
            WriteShaping(to, options);

        if (whole is not null)
            to.Byte((byte)options.Mode);

        if (isState || whole is not null)
            to.Byte(subscription.NeedsSnapshot ? (byte)1 : (byte)0);

        if (whole is not null)
            to.Byte((byte)options.Presence);
    }

    private static void WriteSubscription(PayloadWriter to, SessionSubscription subscription)
    {
        to.Text(subscription.Channel.Value);
        WriteOptions(to, subscription.Options);
        to.Byte(subscription.IsDurable ? (byte)1 : (byte)0);
        WritePosition(to, subscription.Epoch, subscription.Prefix, subscription.Ahead);
    }

    private static SessionSubscription ReadSubscription(ref PayloadReader from)
    {
        var channel = ReadChannel(ref from);
        var options = ReadOptions(ref from);
        var isDurable = from.Byte() == 1;
        var (epoch, prefix, ahead) = ReadPosition(ref from);
        return new SessionSubscription(channel, options, isDurable, epoch, prefix, ahead);
    }

    private static void WritePosition(PayloadWriter to, string epoch, long prefix, IReadOnlyList<OffsetRange> ahead)
    {
        to.Text(epoch);
        to.Varint(prefix);
        to.Varint(ahead.Count);
        foreach (var range in ahead)
        {
            to.Varint(range.From);
            to.Varint(range.To);
        }
    }

    private static (string Epoch, long Prefix, OffsetRange[] Ahead) ReadPosition(ref PayloadReader from)
    {
        var epoch = from.Text() ?? "";
        var prefix = from.Varint();
        var ahead = new OffsetRange[from.Varint()];
        for (var i = 0; i < ahead.Length; i++)
            ahead[i] = new OffsetRange(from.Varint(), from.Varint());

        return (epoch, prefix, ahead);
    }

    private static ChannelName ReadChannel(ref PayloadReader from) => ChannelName.Parse(from.Text() ?? "");

    private static void WriteKept(PayloadWriter to, SessionEvent.Kept kept)
    {
        to.Text(kept.Channel.Value);
        to.Text(kept.Epoch);
        to.Varint(kept.Events.Count);
        foreach (var e in kept.Events)
        {
            to.Varint(e.Offset);
            to.Text(e.Id);
            to.Text(e.Type);
            to.Varint(e.TimeUnixMs);
            to.Byte((byte)e.Priority);
            to.Text(e.Key);
            to.Text(e.Source);
            to.Text(e.User);
            to.Text(e.CorrelationId);
            to.Text(e.Session);
            to.Varint(e.TtlMs);
            to.Bytes(e.Data.Span);
        }
    }

    private static SessionEvent.Kept ReadKept(ref PayloadReader from)
    {
        var channel = ReadChannel(ref from);
        var epoch = from.Text() ?? "";
        var events = new ChannelEvent[from.Varint()];
        for (var i = 0; i < events.Length; i++)
        {
            events[i] = new ChannelEvent
            {
                Channel = channel.Value,
                Offset = from.Varint(),
                Id = from.Text() ?? "",
                Type = from.Text() ?? "",
                TimeUnixMs = from.Varint(),
                Priority = (Priority)from.Byte(),
                Key = from.Text(),
                Source = from.Text(),
                User = from.Text(),
                CorrelationId = from.Text(),
                Session = from.Text(),
                TtlMs = from.Varint(),
                Data = from.Bytes(),
            };
        }

        return new SessionEvent.Kept(channel, epoch, events);
    }
}

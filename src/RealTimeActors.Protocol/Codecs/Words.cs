using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Protocol.Codecs;

/// <summary>The words of the wire for the values of the model: the same in both encodings.</summary>
internal static class Words
{
    public const string Modes = "events or state";
    public const string Overflows = "catchUp, conflate, dropOldest or disconnect";
    public const string AckModes = "auto, manual or none";
    public const string Orders = "lanes or offset";
    public const string Priorities = "critical, high, normal or low";
    public const string Confirms = "none, accepted, persisted or delivered";
    public const string Keywords = "now, earliest, session, {\"last\": n} or {\"epoch\": e, \"offset\": o}";
    public const string Operations = "merge, set, delete, increment, add or remove";
    public const string Whats = "events, state, history, presence or stats";
    public const string Interests = "none, count or members";
    public const string Conflations = "none, key or channel";

    public static ReadOnlySpan<byte> Of(Priority value) => value switch
    {
        Priority.Critical => "critical"u8,
        Priority.High => "high"u8,
        Priority.Low => "low"u8,
        _ => "normal"u8,
    };

    public static ReadOnlySpan<byte> Of(Confirm value) => value switch
    {
        Confirm.None => "none"u8,
        Confirm.Accepted => "accepted"u8,
        Confirm.Delivered => "delivered"u8,
        _ => "persisted"u8,
    };

    public static ReadOnlySpan<byte> Of(OverflowPolicy value) => value switch
    {
        OverflowPolicy.Conflate => "conflate"u8,
        OverflowPolicy.DropOldest => "dropOldest"u8,
        OverflowPolicy.Disconnect => "disconnect"u8,
        _ => "catchUp"u8,
    };

    public static ReadOnlySpan<byte> Of(AckMode value) => value switch
    {
        AckMode.Manual => "manual"u8,
        AckMode.None => "none"u8,
        _ => "auto"u8,
    };

    public static ReadOnlySpan<byte> Of(DeliveryOrder value) => value is DeliveryOrder.Offset ? "offset"u8 : "lanes"u8;

    public static ReadOnlySpan<byte> Of(SubscriptionMode value) => value is SubscriptionMode.State ? "state"u8 : "events"u8;

    public static ReadOnlySpan<byte> Of(PresenceInterest value)
        => value is PresenceInterest.Count ? "count"u8 : value is PresenceInterest.Members ? "members"u8 : "none"u8;

    /// <summary>Empty for what changed: then the word is left out.</summary>
    public static ReadOnlySpan<byte> Of(PresenceKind value) => value switch
    {
        PresenceKind.Full => "full"u8,
        PresenceKind.Count => "count"u8,
        PresenceKind.Ended => "ended"u8,
        _ => default,
    };

    public static ReadOnlySpan<byte> Of(From keyword) => keyword is From.AtEarliest ? "earliest"u8 : keyword is From.AtSession ? "session"u8 : "now"u8;

    public static ReadOnlySpan<byte> Of(ReceiptStatus value) => value switch
    {
        ReceiptStatus.Accepted => "accepted"u8,
        ReceiptStatus.Persisted => "persisted"u8,
        ReceiptStatus.Delivered => "delivered"u8,
        _ => "unknown"u8,
    };

    public static ReadOnlySpan<byte> Of(Recovered value) => value switch
    {
        Recovered.Full => "full"u8,
        Recovered.Gap => "gap"u8,
        Recovered.Reset => "reset"u8,
        _ => "none"u8,
    };

    public static bool TryRead(ReadOnlySpan<byte> word, out Priority value)
    {
        value = word.SequenceEqual("critical"u8) ? Priority.Critical
            : word.SequenceEqual("high"u8) ? Priority.High
            : word.SequenceEqual("low"u8) ? Priority.Low : Priority.Normal;
        return value is not Priority.Normal || word.SequenceEqual("normal"u8);
    }

    public static bool TryRead(ReadOnlySpan<byte> word, out Confirm value)
    {
        value = word.SequenceEqual("none"u8) ? Confirm.None
            : word.SequenceEqual("accepted"u8) ? Confirm.Accepted
            : word.SequenceEqual("delivered"u8) ? Confirm.Delivered : Confirm.Persisted;
        return value is not Confirm.Persisted || word.SequenceEqual("persisted"u8);
    }

    public static bool TryRead(ReadOnlySpan<byte> word, out OverflowPolicy value)
    {
        value = word.SequenceEqual("conflate"u8) ? OverflowPolicy.Conflate
            : word.SequenceEqual("dropOldest"u8) ? OverflowPolicy.DropOldest
            : word.SequenceEqual("disconnect"u8) ? OverflowPolicy.Disconnect : OverflowPolicy.CatchUp;
        return value is not OverflowPolicy.CatchUp || word.SequenceEqual("catchUp"u8);
    }

    public static bool TryRead(ReadOnlySpan<byte> word, out AckMode value)
    {
        value = word.SequenceEqual("manual"u8) ? AckMode.Manual : word.SequenceEqual("none"u8) ? AckMode.None : AckMode.Auto;
        return value is not AckMode.Auto || word.SequenceEqual("auto"u8);
    }

    public static bool TryRead(ReadOnlySpan<byte> word, out DeliveryOrder value)
    {
        value = word.SequenceEqual("offset"u8) ? DeliveryOrder.Offset : DeliveryOrder.Lanes;
        return value is DeliveryOrder.Offset || word.SequenceEqual("lanes"u8);
    }

    public static bool TryRead(ReadOnlySpan<byte> word, out SubscriptionMode value)
    {
        value = word.SequenceEqual("state"u8) ? SubscriptionMode.State : SubscriptionMode.Events;
        return value is SubscriptionMode.State || word.SequenceEqual("events"u8);
    }

    public static bool TryRead(ReadOnlySpan<byte> word, out PresenceInterest value)
    {
        value = word.SequenceEqual("count"u8) ? PresenceInterest.Count : word.SequenceEqual("members"u8) ? PresenceInterest.Members : PresenceInterest.None;
        return value is not PresenceInterest.None || word.SequenceEqual("none"u8);
    }

    /// <summary>Reads the status of a receipt; one that is not known promises nothing: <see cref="ReceiptStatus.Unknown"/>.</summary>
    public static ReceiptStatus ReadStatus(ReadOnlySpan<byte> word)
        => word.SequenceEqual("persisted"u8) ? ReceiptStatus.Persisted
            : word.SequenceEqual("accepted"u8) ? ReceiptStatus.Accepted
            : word.SequenceEqual("delivered"u8) ? ReceiptStatus.Delivered : ReceiptStatus.Unknown;

    public static PresenceKind ReadKind(ReadOnlySpan<byte> word)
        => word.SequenceEqual("full"u8) ? PresenceKind.Full
            : word.SequenceEqual("count"u8) ? PresenceKind.Count
            : word.SequenceEqual("ended"u8) ? PresenceKind.Ended : PresenceKind.Changed;

    public static Recovered ReadRecovered(ReadOnlySpan<byte> word)
        => word.SequenceEqual("full"u8) ? Recovered.Full
            : word.SequenceEqual("gap"u8) ? Recovered.Gap
            : word.SequenceEqual("reset"u8) ? Recovered.Reset : Recovered.None;

    public static From? ReadKeyword(ReadOnlySpan<byte> word)
        => word.SequenceEqual("now"u8) ? From.Now
            : word.SequenceEqual("earliest"u8) ? From.Earliest
            : word.SequenceEqual("session"u8) ? From.Session : null;

    public static bool IsOperation(string word) => word is "merge" or "set" or "delete" or "increment" or "add" or "remove";

    public static bool IsWhat(string word) => word is "events" or "state" or "history" or "presence" or "stats";

    public static bool IsConflation(string word) => word is "none" or "key" or "channel";

    /// <summary>What came, short enough for a message.</summary>
    public static string Quote(ReadOnlySpan<byte> utf8)
        => utf8.Length <= 64 ? System.Text.Encoding.UTF8.GetString(utf8) : System.Text.Encoding.UTF8.GetString(utf8[..64]) + "…";
}

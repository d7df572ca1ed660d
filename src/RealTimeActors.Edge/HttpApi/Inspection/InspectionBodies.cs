using System.Text.Json;
using RealTimeActors.Engine.Inspection;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Edge.HttpApi.Inspection;

/// <summary>What is seen, as JSON. A field that is not known is there and null, so that whoever draws a table needs no cases.</summary>
internal static class InspectionBodies
{
    internal static void Write(Utf8JsonWriter json, InspectionReply.Channels page)
    {
        json.WriteStartObject();
        json.WriteStartArray("items");
        foreach (var channel in page.Items)
        {
            json.WriteStartObject();
            WriteChannel(json, channel);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("next", page.Next);
        json.WriteEndObject();
    }

    internal static void WriteWhole(Utf8JsonWriter json, ChannelView channel)
    {
        var settings = channel.Settings;
        json.WriteStartObject();
        WriteChannel(json, channel);
        json.WriteStartObject("retention");
        Write(json, "count", settings.Retention.Count);
        Write(json, "ageMs", (long?)settings.Retention.Age?.TotalMilliseconds);
        Write(json, "bytes", settings.Retention.Bytes);
        json.WriteEndObject();
        json.WriteString("offline", settings.IsDurable || settings.KeepsForOffline ? "keep" : "drop");
        json.WriteEndObject();
    }

    internal static void WriteFollowers(Utf8JsonWriter json, InspectionReply.Sessions page)
    {
        var channel = page.Of!;
        json.WriteStartObject();
        json.WriteString("channel", channel.Channel.Value);
        json.WriteString("epoch", channel.Epoch);
        Write(json, "first", channel.First);
        Write(json, "head", channel.Head);
        json.WriteStartArray("items");
        foreach (var session in page.Items)
        {
            json.WriteStartObject();
            json.WriteString("session", session.Id);
            json.WriteString("user", session.User);
            json.WriteString("connection", session.Connection?.Id);
            json.WriteString("remote", session.Connection?.Remote);
            json.WriteString("lastSeen", JsonAnswer.Time(session.LastSeenUnixMs));
            WriteSubscription(json, session.Subscriptions[0]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("next", page.Next?.ToString());
        json.WriteEndObject();
    }

    internal static void Write(Utf8JsonWriter json, InspectionReply.Sessions page)
    {
        json.WriteStartObject();
        json.WriteStartArray("items");
        foreach (var session in page.Items)
        {
            json.WriteStartObject();
            WriteSession(json, session);
            json.WriteNumber("subscriptions", session.SubscriptionCount);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("next", page.Next?.ToString());
        json.WriteEndObject();
    }

    internal static void WriteWhole(Utf8JsonWriter json, SessionView session)
    {
        json.WriteStartObject();
        WriteSession(json, session);
        json.WriteStartArray("patterns");
        foreach (var pattern in session.Patterns)
            json.WriteStringValue(pattern);

        json.WriteEndArray();
        json.WriteNumber("channels", session.SubscriptionCount);
        json.WriteStartArray("subscriptions");
        foreach (var subscription in session.Subscriptions)
        {
            json.WriteStartObject();
            json.WriteString("channel", subscription.Channel.Value);
            json.WriteBoolean("durable", subscription.IsDurable);
            Write(json, "head", subscription.Head);
            WriteSubscription(json, subscription);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    internal static void Write(Utf8JsonWriter json, NodeDescription node, TimeSpan uptime, string? notReady, InspectionReply.Node counts)
    {
        json.WriteStartObject();
        json.WriteString("node", node.Node);
        json.WriteString("version", node.Version);
        json.WriteString("startedAt", JsonAnswer.Time(node.StartedAt.ToUnixTimeMilliseconds()));
        json.WriteNumber("uptimeMs", (long)uptime.TotalMilliseconds);
        json.WriteBoolean("ready", notReady is null);
        json.WriteString("notReady", notReady);
        json.WriteString("journal", node.Journal);
        json.WriteNumber("connections", counts.LiveConnections);
        json.WriteNumber("sessions", counts.ActiveSessions);
        json.WriteNumber("channels", counts.ActiveChannels);
        json.WriteEndObject();
    }

    private static void WriteChannel(Utf8JsonWriter json, ChannelView channel)
    {
        json.WriteString("channel", channel.Channel.Value);
        json.WriteBoolean("durable", channel.Settings.IsDurable);
        json.WriteString("epoch", channel.Epoch);
        Write(json, "first", channel.First);
        Write(json, "head", channel.Head);
        json.WriteNumber("subscribers", channel.Subscribers);
    }

    private static void WriteSession(Utf8JsonWriter json, SessionView session)
    {
        var connection = session.Connection;
        json.WriteString("session", session.Id);
        json.WriteString("user", session.User);
        json.WriteString("connection", connection?.Id);
        json.WriteString("remote", connection?.Remote);
        json.WriteString("transport", connection?.Transport);
        json.WriteString("format", connection is null ? null : connection.Format.Uncompressed() == WireFormat.WebSocketProtobuf ? "protobuf" : "json");
        json.WriteString("client", connection?.Client);
        json.WriteString("connectedSince", connection is null ? null : JsonAnswer.Time(connection.ConnectedUnixMs));
        json.WriteString("lastSeen", JsonAnswer.Time(session.LastSeenUnixMs));
        json.WriteString("expires", session.ExpiresUnixMs is { } expires ? JsonAnswer.Time(expires) : null);
        json.WriteBoolean("journaled", session.IsJournaled);
    }

    private static void WriteSubscription(Utf8JsonWriter json, SubscriptionView subscription)
    {
        json.WriteString("state", subscription.State switch
        {
            SubscriptionState.Live => "live",
            SubscriptionState.CatchingUp => "catchingUp",
            _ => "away",
        });
        json.WriteString("pattern", subscription.Pattern);
        json.WriteString("epoch", subscription.Epoch);
        Write(json, "position", subscription.Position);
        json.WriteStartArray("ahead");
        foreach (var range in subscription.Ahead)
        {
            json.WriteStartArray();
            json.WriteNumberValue(range.From);
            json.WriteNumberValue(range.To);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        Write(json, "sent", subscription.Sent);
        Write(json, "lag", subscription.Lag);
        json.WriteString("ack", subscription.AckMode switch
        {
            AckMode.Auto => "auto",
            AckMode.Manual => "manual",
            _ => "none",
        });
        json.WriteString("order", subscription.Order == DeliveryOrder.Offset ? "offset" : "lanes");
        json.WriteString("overflow", subscription.Overflow switch
        {
            OverflowPolicy.CatchUp => "catchUp",
            OverflowPolicy.Conflate => "conflate",
            OverflowPolicy.DropOldest => "dropOldest",
            _ => "disconnect",
        });
        json.WriteString("priority", subscription.LeastPriority.ToString().ToLowerInvariant());
        json.WriteString("mode", "events");
        SubscriptionShapes.Write(json, subscription);
    }

    private static void Write(Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } value)
            json.WriteNumber(name, value);
        else
            json.WriteNull(name);
    }
}

using System.Text.Json;
using RealTimeActors.Client.Machine;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client;

/// <summary>An event as a subscription hands it over.</summary>
public sealed class ReceivedEvent
{
    private readonly ChannelSubscription _subscription;
    private readonly ClientEffect.Deliver _delivery;
    private readonly JsonSerializerOptions _json;

    internal ReceivedEvent(ChannelSubscription subscription, ClientEffect.Deliver delivery, JsonSerializerOptions json)
    {
        _subscription = subscription;
        _delivery = delivery;
        _json = json;
    }

    /// <summary>The event itself.</summary>
    public ChannelEvent Event => _delivery.Event;

    /// <summary>The life of the log that the offset is of.</summary>
    public string Epoch => _delivery.Epoch;

    /// <summary>1, 2, 3 … within the epoch.</summary>
    public long Offset => _delivery.Event.Offset;

    /// <summary>2, 3 … when the server says that it delivers it again.</summary>
    public int Attempt => _delivery.Attempt;

    /// <summary>The data as a .NET object.</summary>
    /// <exception cref="JsonException">It is not of that form.</exception>
    public T? Read<T>() => JsonSerializer.Deserialize<T>(Event.Data.Span, _json);

    /// <summary>With <see cref="AckMode.Manual"/>: this event is done with. Events may be acked in any order; the session goes on from the first that is not.</summary>
    public ValueTask AckAsync() => _subscription.AcknowledgeAsync(_delivery);

    /// <summary>This event could not be processed. It is not acked, by its handler's return neither; the server delivers it again after a pause, with the next <see cref="Attempt"/>, and after too many attempts
    /// it puts it to the dead letters of the channel.</summary>
    /// <param name="reason">Why, for whoever reads the dead letters; at most 500 characters of it.</param>
    /// <exception cref="InvalidOperationException">The subscription does not ack (<see cref="AckMode.None"/>).</exception>
    public ValueTask NackAsync(string? reason = null) => _subscription.NackAsync(_delivery, reason);
}

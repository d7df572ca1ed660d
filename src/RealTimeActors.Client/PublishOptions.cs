using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client;

/// <summary>What may be said with an event besides its type and data.</summary>
public sealed record PublishOptions
{
    /// <summary>What is waited for. <see cref="Protocol.Frames.Confirm.None"/> is <see cref="RealTimeClient.SendAsync{T}"/>.</summary>
    public Confirm Confirm { get; init; } = Confirm.Persisted;
    public Priority Priority { get; init; } = Priority.Normal;

    /// <summary>What the event is about, for subscriptions that keep only the newest of each key.</summary>
    public string? Key { get; init; }

    /// <summary>The publisher's own label; the server does not look at it.</summary>
    public string? MessageId { get; init; }
    public string? Source { get; init; }
    public string? CorrelationId { get; init; }

    /// <summary>For how long it is worth delivering; null: for ever. Whole milliseconds.</summary>
    public TimeSpan? TimeToLive { get; init; }

    /// <summary>With <see cref="Confirm.Delivered"/>: how many sessions must have acked it; null: all that are online.</summary>
    public long? DeliveredCount { get; init; }

    /// <summary>With <see cref="Confirm.Delivered"/>: after this the receipt stays <c>persisted</c>; null: the server's default. Whole milliseconds; more than 5 minutes is refused (101).</summary>
    public TimeSpan? DeliveredTimeout { get; init; }

    /// <summary>With <see cref="Confirm.Delivered"/>: whether the receipt is to name the sessions that have not acked (<see cref="Receipt.Missing"/>).</summary>
    public bool DeliveredMissing { get; init; }
}

using RealTimeActors.Engine.Channels;

namespace RealTimeActors.Engine.Sessions;

/// <summary>An event that the client could not process. Never changes; what happens to it makes a new one. The rules of redelivery are here.</summary>
/// <param name="Offset">Which event.</param>
/// <param name="Phase">Where it stands.</param>
/// <param name="Deliveries">How often it was delivered, the first time included.</param>
/// <param name="DueUnixMs">With <see cref="NackPhase.Waiting"/>: when it is delivered again.</param>
/// <param name="Reason">What the client said last.</param>
internal sealed record NackedEvent(long Offset, NackPhase Phase, int Deliveries, long DueUnixMs, string? Reason)
{
    /// <summary>Events of one channel that a session may have nacked and not resolved; it gives up on further ones at once.</summary>
    internal const int EventsMax = 1_000;

    /// <summary>Characters of a reason that are kept.</summary>
    internal const int ReasonCharsMax = 500;

    /// <summary>The client could not process it. Null: that was heard before.</summary>
    /// <param name="known">What is known of it; null: nothing.</param>
    /// <param name="offset">Which event.</param>
    /// <param name="reason">Why.</param>
    /// <param name="rule">Of its channel.</param>
    /// <param name="hasRoom">Whether there may be one more.</param>
    /// <param name="nowUnixMs">When.</param>
    internal static NackedEvent? OnNack(NackedEvent? known, long offset, string? reason, RetryRule rule, bool hasRoom, long nowUnixMs)
    {
        if (known is { Phase: not NackPhase.WithClient })
            return null;

        reason = Kept(reason);
        var deliveries = known?.Deliveries ?? 1;
        return deliveries >= rule.Attempts || (known is null && !hasRoom)
            ? new NackedEvent(offset, NackPhase.GivenUp, deliveries, 0, reason)
            : new NackedEvent(offset, NackPhase.Waiting, deliveries, nowUnixMs + (long)rule.PauseAfter(deliveries).TotalMilliseconds, reason);
    }

    /// <summary>What of a reason is kept.</summary>
    internal static string? Kept(string? reason) =>
        reason is { Length: > ReasonCharsMax } ? reason[..(char.IsHighSurrogate(reason[ReasonCharsMax - 1]) ? ReasonCharsMax - 1 : ReasonCharsMax)] : reason;

    /// <summary>When it is to be delivered on a connection that has just come. A pause begins with it at least: the client may be saying again what the former connection did not carry.</summary>
    internal long DueOnConnection(RetryRule rule, long nowUnixMs) =>
        Math.Max(Phase == NackPhase.WithClient ? nowUnixMs + (long)rule.PauseAfter(Deliveries).TotalMilliseconds : DueUnixMs, nowUnixMs + (long)rule.Delay.TotalMilliseconds);

    /// <summary>Its pause is over: it is delivered once more, or it was too often, the last time to a client that went away with it.</summary>
    internal NackedEvent OnDue(RetryRule rule) =>
        Deliveries >= rule.Attempts ? this with { Phase = NackPhase.GivenUp, DueUnixMs = 0 } : this with { Phase = NackPhase.WithClient, Deliveries = Deliveries + 1, DueUnixMs = 0 };

    /// <summary>There is no use in trying again.</summary>
    internal static NackedEvent GiveUp(NackedEvent? known, long offset, string reason) => new(offset, NackPhase.GivenUp, known?.Deliveries ?? 1, 0, known?.Reason ?? reason);
}

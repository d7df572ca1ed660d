namespace RealTimeActors.Engine.Channels;

/// <summary>
/// Producers that publish once (or one array) in their life: an idempotency key over HTTP, a CloudEvent, a session that gives up on an event. There are many of them, so they are remembered as long as there is room, and
/// the oldest is forgotten for a new one; a named producer is never forgotten before its time.
/// </summary>
public static class OneTimeProducers
{
    private const string KeyPrefix = "idempotency-key:";
    private const string CloudEventPrefix = "cloudevent:";
    private const string DeadLetterPrefix = "$dead/";

    /// <summary>The producer that an idempotency key stands for.</summary>
    public static string OfIdempotencyKey(string keyHash) => KeyPrefix + keyHash;

    /// <summary>The producer that a CloudEvent's source and id stand for.</summary>
    public static string OfCloudEvent(string identityHash) => CloudEventPrefix + identityHash;

    /// <summary>The producer that a session's giving up on an event stands for.</summary>
    internal static string OfDeadLetter(string session, string epoch, long offset) => $"{DeadLetterPrefix}{session}/{epoch}/{offset}";

    internal static bool Has(string producerId) =>
        producerId.StartsWith(KeyPrefix, StringComparison.Ordinal) || producerId.StartsWith(CloudEventPrefix, StringComparison.Ordinal) || producerId.StartsWith(DeadLetterPrefix, StringComparison.Ordinal);
}

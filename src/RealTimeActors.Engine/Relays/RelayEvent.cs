namespace RealTimeActors.Engine.Relays;

/// <summary>What has become of a request of another node that is answered here.</summary>
internal abstract record RelayEvent(RelayedAnswer Answer)
{
    internal sealed record Headed(RelayedAnswer Answer, RelayedHead Head) : RelayEvent(Answer);

    internal sealed record Wrote(RelayedAnswer Answer, ReadOnlyMemory<byte> Bytes) : RelayEvent(Answer);

    internal sealed record Ended(RelayedAnswer Answer, RelayState State) : RelayEvent(Answer);

    internal sealed record NotHere(RelayedAnswer Answer) : RelayEvent(Answer);
}

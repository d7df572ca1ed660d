namespace RealTimeActors.Client.Running;

/// <summary>What the loop can be told.</summary>
internal enum InputKind
{
    Start,
    Close,
    Tick,
    Opened,
    Received,
    Disconnected,
    TokenObtained,
    TokenFailed,
    Subscribe,
    Unsubscribe,
    Handled,
    Released,
    Acknowledge,
    Nack,
    Call,
    Withdraw,
    Edit,
    MutationsWritten,
    MutationsNotWritten,
    WatchPresence,
    UnwatchPresence,
}

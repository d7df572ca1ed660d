using RealTimeActors.Client.Machine.Presence;
using RealTimeActors.Client.Machine.State;
using RealTimeActors.Client.Machine.Subscriptions;
using RealTimeActors.Client.Sessions;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Machine;

/// <summary>What a <see cref="ClientMachine"/> wants done, in the order in which it is to be done.</summary>
public abstract record ClientEffect
{
    private ClientEffect() { }

    /// <summary>Open a transport; answered by <see cref="ClientMachine.Opened"/> or <see cref="ClientMachine.Disconnected"/> with the same number.</summary>
    /// <param name="Connection">Numbers the transport; each is greater than the one before. Whatever arrives under an older number is ignored.</param>
    /// <param name="Endpoint">One of the endpoints of the options, or the address that a server sent the client to.</param>
    public sealed record Open(int Connection, string Endpoint) : ClientEffect;

    /// <summary>Send on this transport, which was reported as opened.</summary>
    public sealed record Send(int Connection, ClientFrame Frame) : ClientEffect;

    /// <summary>Close this transport after what was sent on it; nothing of it matters any more.</summary>
    public sealed record CloseTransport(int Connection, string Reason) : ClientEffect;

    /// <summary>Obtain a new token, before a connection is opened or while one goes on; answered by <see cref="ClientMachine.TokenObtained"/> or <see cref="ClientMachine.TokenFailed"/>.</summary>
    public sealed record ObtainToken : ClientEffect;

    /// <summary>The session has a new key. Store it before the effects that follow are carried out: the first frame sent after it retires the former key.</summary>
    /// <param name="Ticket">What the next process resumes with.</param>
    /// <param name="IsResumed">Whether it is the session that was asked for. False for the first of a client, and when the server no longer knows the former one.</param>
    /// <param name="Reason">Why it could not be resumed.</param>
    public sealed record SessionChanged(SessionTicket Ticket, bool IsResumed, string? Reason) : ClientEffect;

    /// <summary>Hand an event to the application: once per offset. Answered by <see cref="ClientMachine.Handled"/> or <see cref="ClientMachine.Released"/>.</summary>
    /// <param name="Subscription">Whose it is.</param>
    /// <param name="Epoch">The life of the log it is of.</param>
    /// <param name="Event">The event.</param>
    /// <param name="Attempt">2, 3 … when the server says that it delivers it again.</param>
    public sealed record Deliver(ClientSubscription Subscription, string Epoch, ChannelEvent Event, int Attempt) : ClientEffect
    {
        /// <summary>Which of the subscription's restarts it belongs to: an ack of another one says nothing about this one.</summary>
        internal int Life { get; init; }

        /// <summary>Whether the application could not process it: then it is not acked by being handled.</summary>
        internal bool IsNacked { get; set; }

        /// <summary>Whether its credit was given back.</summary>
        internal bool IsSettled { get; set; }
    }

    /// <summary>Tell the application what happened to a subscription, in order with its events.</summary>
    public sealed record Notify(ClientSubscription Subscription, SubscriptionNotice Notice) : ClientEffect;

    /// <summary>What is seen of a state is this now.</summary>
    /// <param name="Subscription">Whose.</param>
    /// <param name="Snapshot">All of it.</param>
    /// <param name="Changes">What is new in it, in order; may be none, when only the offset has moved.</param>
    public sealed record StateShown(ClientSubscription Subscription, StateSnapshot Snapshot, IReadOnlyList<StateChange> Changes) : ClientEffect;

    /// <summary>Write an edit down so that a crash does not lose it, in place of what was written under its number before. Answered by <see cref="ClientMachine.MutationKept"/> or
    /// <see cref="ClientMachine.MutationNotKept"/>; meanwhile other effects may be carried out.</summary>
    public sealed record KeepMutation(PendingMutation Mutation) : ClientEffect;

    /// <summary>An edit is over: what was written down of it is to be gone for good before anybody is told what became of it. Answered by <see cref="ClientMachine.MutationDropped"/> or
    /// <see cref="ClientMachine.MutationNotDropped"/>; meanwhile other effects may be carried out.</summary>
    public sealed record DropMutation(PendingMutation Mutation) : ClientEffect;

    /// <summary>An edit is kept and shown, and is sent as soon as it can be.</summary>
    public sealed record MutationPending(PendingMutation Mutation) : ClientEffect;

    /// <summary>The server's word on an edit.</summary>
    public sealed record MutationDecided(MutationOutcome Outcome) : ClientEffect;

    /// <summary>An edit has ended without the server's word: rejected by the client itself, unresolved, or postponed to the next client with the same store.</summary>
    public sealed record MutationAbandoned(PendingMutation Mutation, RequestOutcome Outcome) : ClientEffect;

    /// <summary>Who is there in a channel is this now.</summary>
    public sealed record PresenceShown(string Channel, PresenceSnapshot Snapshot) : ClientEffect;

    /// <summary>The server does not let this client be there, or be told who is, any longer.</summary>
    public sealed record PresenceLost(string Channel, ErrorCode Code, string Reason) : ClientEffect;

    /// <summary>A request has ended.</summary>
    public sealed record Complete(long Request, RequestOutcome Outcome) : ClientEffect;

    /// <summary>The client stands elsewhere now.</summary>
    /// <param name="State">Where.</param>
    /// <param name="Reason">Why, for people.</param>
    /// <param name="CloseCode">The code that led there, where there was one.</param>
    public sealed record StateChanged(ClientState State, string Reason, int? CloseCode) : ClientEffect;
}

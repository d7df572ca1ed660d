using System.Diagnostics.CodeAnalysis;
using RealTimeActors.Client.Machine.Outbox;
using RealTimeActors.Client.Machine.State;
using RealTimeActors.Client.Sessions;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Machine;

/// <summary>
/// A client of the wire contract, without I/O: it is told what happened and when, and says what is to be done. The real client and the simulation run
/// the same one; given the same inputs and the same chance it does the same things.
/// </summary>
/// <remarks>
/// <para>Not safe for more than one caller at a time. After each input carry out its effects in order (<see cref="TryTake"/>), and call <see cref="Tick"/>
/// when <see cref="NextDeadline"/> has come. <c>now</c> is the time since any fixed moment and never goes back.</para>
/// <para>What holds: each offset of a subscription is delivered once; what cannot be is told as a gap or a reset; each publish is completed once, and is
/// sent again with the same producer sequence until it is answered; each edit of a state is decided once, and what is seen is what is confirmed with the
/// edits that are not in it yet; what it says of itself it says on every connection, and who is there is known whole.</para>
/// </remarks>
public sealed partial class ClientMachine
{
    private readonly ClientMachineOptions _options;
    private readonly Func<double> _chance;
    private readonly Queue<ClientEffect> _effects = new();
    private long _lastId;

    /// <param name="options">What it is told once.</param>
    /// <param name="entropy">16 bytes or more of chance that no other client has: they name the producer of its publishes.</param>
    /// <param name="chance">The chance door, for jitter: 0 … 1 at each call.</param>
    public ClientMachine(ClientMachineOptions options, ReadOnlySpan<byte> entropy, Func<double> chance)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(chance);
        options.Validate();
        if (entropy.Length < 16)
            throw new ArgumentException($"At least 16 bytes of chance are expected; these are {entropy.Length}.", nameof(entropy));

        _options = options;
        _chance = chance;
        _advice = options.Reconnect;
        Session = options.Session;
        ProducerId = "p-" + Convert.ToHexStringLower(entropy[..16]);
        _outbox = new PublishOutbox(ProducerId, options.OutboxCountMax, options.OutboxBytesMax, options.ChannelInFlightMax);
        _mutations = new MutationQueue(options.Mutations?.Producer ?? ProducerId, options.Mutations?.LastNumber ?? 0, options.MutationsMax, options.MutationBytesMax);
        _clock = options.WallClock is { } wall ? new HybridClock(wall, LatestOf(options.Mutations)) : null;
        if (options.Mutations is { } kept)
            Restore(kept);
    }

    /// <summary>Where the client stands.</summary>
    public ClientState State { get; private set; }

    /// <summary>The session as of the last welcome, or as given.</summary>
    public SessionTicket? Session { get; private set; }

    /// <summary>Names this process's publishes; with their sequence the server recognises repeats.</summary>
    public string ProducerId { get; }

    /// <summary>Publishes that are not answered yet.</summary>
    public int PublishesWaiting => _outbox.Count;

    /// <summary>Bytes of publishes that are not answered yet.</summary>
    public long PublishBytesWaiting => _outbox.Bytes;

    /// <summary>Events that were dropped because their offset had been received before, or because nobody follows their channel any more.</summary>
    public long EventsDropped { get; private set; }

    /// <summary>The effects that are to be carried out, oldest first.</summary>
    public bool TryTake([MaybeNullWhen(false)] out ClientEffect effect) => _effects.TryDequeue(out effect);

    /// <summary>A frame arrived on a transport. Frames of a transport that is no longer the present one are ignored.</summary>
    public void Received(TimeSpan now, int connection, ServerFrame frame)
    {
        if (connection == _successor?.Connection)
        {
            ReceivedFromSuccessor(now, frame);
            return;
        }

        if (connection != _connection || _phase is not (ConnectionPhase.Greeting or ConnectionPhase.Welcomed or ConnectionPhase.Leaving))
            return;

        _lastReceived = now;
        if (_phase == ConnectionPhase.Greeting && frame is not (ServerFrame.Welcome or ServerFrame.Close or ServerFrame.Ping or ServerFrame.Unknown))
        {
            Fault(now, $"A welcome was expected as the first frame; {frame.GetType().Name} came.");
            return;
        }

        switch (frame)
        {
            case ServerFrame.Event delivered: OnEvent(now, delivered); break;
            case ServerFrame.Change change: OnChange(now, change); break;
            case ServerFrame.Receipt receipt: OnReceipt(now, receipt); break;
            case ServerFrame.Mutated mutated: OnMutated(now, mutated); break;
            case ServerFrame.State part: OnState(now, part); break;
            case ServerFrame.Skip skip: OnSkip(now, skip); break;
            case ServerFrame.Gap gap: OnGap(now, gap); break;
            case ServerFrame.Subscribed subscribed: OnSubscribed(now, subscribed); break;
            case ServerFrame.Unsubscribed unsubscribed: OnUnsubscribed(now, unsubscribed); break;
            case ServerFrame.Lag lag: OnLag(lag); break;
            case ServerFrame.PresenceDiff diff: OnPresence(diff); break;
            case ServerFrame.Page page: OnPage(page); break;
            case ServerFrame.Ok ok: OnOk(now, ok); break;
            case ServerFrame.Error error: OnError(now, error); break;
            case ServerFrame.Welcome welcome: OnWelcome(now, welcome); break;
            case ServerFrame.Ping: OnPing(now); break;
            case ServerFrame.Goaway goaway: OnGoaway(now, goaway); break;
            case ServerFrame.Piece: Fault(now, "A piece of a frame came; whoever reads the transport is expected to join them."); break;
            case ServerFrame.Close close: OnClose(now, close); break;
        }
    }

    /// <summary>Time has passed: does what is due.</summary>
    public void Tick(TimeSpan now)
    {
        TickConnection(now);
        TickSuccessor(now);
        TickToken(now);
        TickHeartbeat(now);
        TickSubscriptions(now);
        TickPublishing(now);
        TickMutating(now);
        TickPresence(now);
        TickRequests(now);
    }

    /// <summary>When <see cref="Tick"/> is to be called at the latest; null: nothing is due as long as nothing happens.</summary>
    public TimeSpan? NextDeadline
    {
        get
        {
            var next = ConnectionDeadline;
            next = Earlier(next, Earlier(_goawayAt, _successor?.Until));
            next = Earlier(next, HeartbeatDeadline);
            next = Earlier(next, TokenDeadline);
            next = Earlier(next, SubscriptionDeadline);
            next = Earlier(next, PublishingDeadline);
            next = Earlier(next, MutatingDeadline);
            next = Earlier(next, PresenceDeadline);
            return Earlier(next, RequestDeadline);
        }
    }

    private void OnError(TimeSpan now, ServerFrame.Error error)
    {
        if (_outbox.TryFind(error.Id, out var entry))
            OnPublishError(now, entry, error);
        else if (_mutations.TryFind(error.Id, out var mutation))
            OnMutateError(now, mutation, error);
        else if (FindByAnswer(error.Id) is { } subscription)
            OnSubscribeError(now, subscription, error);
        else if (FindOwn(error.Id) is { } own)
            OnPresenceError(now, own, error);
        else if (FindRequest(error.Id) is { } request)
            OnRequestError(now, request, error);
    }

    private long NextId() => ++_lastId;

    private void Emit(ClientEffect effect) => _effects.Enqueue(effect);

    private void Send(TimeSpan now, ClientFrame frame)
    {
        _lastSent = now;
        Emit(new ClientEffect.Send(_connection, frame));
    }

    private void Enter(ClientState state, string reason, int? closeCode = null)
    {
        if (State == state)
            return;

        State = state;
        Emit(new ClientEffect.StateChanged(state, reason, closeCode));
    }

    private static TimeSpan? Earlier(TimeSpan? one, TimeSpan? other) =>
        one is null || (other is not null && other < one) ? other : one;
}

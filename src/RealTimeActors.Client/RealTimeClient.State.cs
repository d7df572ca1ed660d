using RealTimeActors.Client.Machine;
using RealTimeActors.Client.Machine.State;
using RealTimeActors.Client.Running;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client;

// States of channels.
public sealed partial class RealTimeClient
{
    /// <summary>Follows the state of a channel. Ends at once, connected or not; <see cref="ChannelState.Ready"/> says when the document is there.</summary>
    /// <param name="channel">Its name. A client follows each channel once, as a state or event by event.</param>
    /// <param name="options">Null: the whole state, nobody is told of changes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RealTimeException">The client is closed.</exception>
    public async Task<ChannelState> StateAsync(string channel, StateOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new StateOptions();
        Check(channel);
        if (options.Ack == AckMode.Manual)
            throw new ArgumentException($"A change is done with when it is in the document: {nameof(AckMode.Auto)} or {nameof(AckMode.None)} is expected; {options.Ack} came.", nameof(options));
        if (SubscriptionBounds.FaultOf(null, options.Fields, null) is { } fault)
            throw new ArgumentException(fault, nameof(options));

        var loop = Loop;
        var kept = options.Cache is null ? null : await options.Cache.LoadAsync(channel, cancellationToken);
        if (kept is not null && !(kept.Fields ?? []).SequenceEqual(options.Fields ?? []))
            kept = null;

        var state = new ChannelState(channel, options, kept, _json, loop, _options.TimeProvider);
        if (!await loop.PostAsync(new ClientInput(InputKind.Subscribe, state), cancellationToken))
            throw new RealTimeException(RejectReason.Closed, "The client is closed.");

        _ = Task.Run(state.DispatchAsync, CancellationToken.None);
        return state;
    }

    /// <summary>Reads a page of a channel's state from the server, without following it.</summary>
    /// <param name="channel">Its name.</param>
    /// <param name="key">This entry only; null: all.</param>
    /// <param name="at">As of this offset, which takes the right <c>history</c>; null: now. Pages of one state have the same.</param>
    /// <param name="afterKey">What comes after this key; null: from the first on.</param>
    /// <param name="limit">The most entries of the page; 0: the server's default.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RealTimeException">It was refused.</exception>
    public async Task<StatePage> ReadStateAsync(string channel, string? key = null, long? at = null, string? afterKey = null, int limit = 0, CancellationToken cancellationToken = default)
    {
        Check(channel);
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        var outcome = await Loop.CallAsync(new ClientFrame.Read { Channel = channel, What = "state", Key = key, At = at, AfterKey = afterKey, Limit = limit }, cancellationToken);
        return outcome is RequestOutcome.Paged paged ? new StatePage(paged.Page.Epoch, paged.Page.Offset ?? 0, paged.Page.Entries, paged.Page.NextKey) : throw RealTimeException.From(outcome);
    }

    /// <summary>Reads how an entry came to be what it is: the edits of it in the log, with who made them, what became of each and by which rule.</summary>
    /// <param name="channel">Its name.</param>
    /// <param name="key">Which entry.</param>
    /// <param name="from">Where to begin; null: at the earliest.</param>
    /// <param name="limit">The most edits of the page; 0: the server's default.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RealTimeException">It was refused.</exception>
    public async Task<EventPage> ReadHistoryAsync(string channel, string key, From? from = null, int limit = 0, CancellationToken cancellationToken = default)
    {
        Check(channel);
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        var outcome = await Loop.CallAsync(new ClientFrame.Read { Channel = channel, What = "history", Key = key, From = from ?? From.Earliest, Limit = limit }, cancellationToken);
        return outcome is RequestOutcome.Paged paged ? new EventPage(paged.Page.Epoch, paged.Page.Events, paged.Page.Next) : throw RealTimeException.From(outcome);
    }

    private async ValueTask<KeptMutations?> LoadMutationsAsync(CancellationToken cancellationToken)
    {
        if (_options.MutationStore is not { } store)
            return null;

        var loaded = await store.LoadAsync(cancellationToken);
        if (loaded.Damage is { } damage && _options.MutationsDamaged is { } damaged)
        {
            damaged(damage);
        }
        else if (loaded is { MayLoseEdits: true })
        {
            await store.ReleaseAsync();
            throw new InvalidDataException($"{loaded.Damage} Start again to go on with the others, or be told by {nameof(RealTimeClientOptions.MutationsDamaged)} instead.");
        }

        return loaded.Mutations;
    }
}

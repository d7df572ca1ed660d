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

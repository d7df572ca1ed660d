using RealTimeActors.Engine.Channels;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Json;

namespace RealTimeActors.Engine.Conflicts;

/// <summary>The change frame of a <c>$state</c> event: a pure function of the event, so that it is encoded once for all who read the same.</summary>
internal static class StateChange
{
    /// <summary>The change that subscribers of mode <c>state</c> see; null: nothing that they see has changed (another type, superseded), which is a skip.</summary>
    /// <param name="e">The event.</param>
    /// <param name="fields">The top-level fields that are wanted, UTF-8; empty: all. A change in other fields only is an empty patch: the version has moved all the same.</param>
    internal static ServerFrame.Change? Of(ChannelEvent e, IReadOnlyList<ReadOnlyMemory<byte>> fields)
    {
        if (e.Type != ServerTypes.State || e.Key is not { } key)
            return null;

        var state = StateEventFormat.Read(e.Data);
        var (effect, json) = state.Effect == StateEffect.AsAsked ? AsAsked(state) : (state.Effect, state.EffectValue);
        if (effect == StateEffect.None)
            return null;

        if (fields.Count > 0)
            json = JsonFields.Select(json, fields);

        return new ServerFrame.Change
        {
            Channel = e.Channel,
            Offset = e.Offset,
            Key = key,
            Version = state.Version,
            // Without the type the null would be an empty memory, which is something.
            Patch = effect == StateEffect.Patch ? json : default(ReadOnlyMemory<byte>?),
            Value = effect == StateEffect.Set ? json : default(ReadOnlyMemory<byte>?),
            Deleted = effect == StateEffect.Deleted,
            MutationId = state.MutationId,
            User = e.User,
        };
    }

    private static (StateEffect Effect, ReadOnlyMemory<byte> Json) AsAsked(StateEvent state) => state.Operation switch
    {
        MutationOperation.Delete => (StateEffect.Deleted, default),
        MutationOperation.Merge when JsonMembers.IsObject(state.Value.Span) => (StateEffect.Patch, state.Value),
        _ => (StateEffect.Set, state.Value),
    };
}

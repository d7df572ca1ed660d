using RealTimeActors.Engine.Channels;

namespace RealTimeActors.Engine.States;

/// <summary>
/// The mutations of a channel that have ids, by whose they are: of each user the newest <see cref="IdsMax"/>, of all together the newest <see cref="AllMax"/>. What is older is forgotten, and a repeat
/// of it is a mutation of its own.
/// </summary>
/// <remarks>A fold of the log, like the state: the same after every restart and snapshot.</remarks>
internal sealed class MutationWindows
{
    /// <summary>Ids remembered per user (protocol.md, "Idempotence").</summary>
    internal const int IdsMax = 1_000;

    /// <summary>Ids remembered per channel: some 15 MB.</summary>
    internal const int AllMax = 100_000;

    private SortedDictionary<ProducerKey, Window>? _windows;

    /// <summary>By offset, and so by age.</summary>
    private readonly SortedDictionary<long, (ProducerKey Owner, string MutationId)> _byOffset = [];

    /// <summary>How many are remembered.</summary>
    internal int Count => _byOffset.Count;

    /// <summary>All that is remembered, oldest first.</summary>
    internal IEnumerable<(ProducerKey Owner, string MutationId, RememberedMutation Remembered)> All =>
        _byOffset.Select(entry => (entry.Value.Owner, entry.Value.MutationId, _windows![entry.Value.Owner].ById[entry.Value.MutationId]));

    /// <summary>Whose a mutation is: its user's. Where nobody is authenticated the id says it, up to the last colon (<c>client:17</c>).</summary>
    internal static ProducerKey OwnerOf(string? user, string mutationId) =>
        user is { Length: > 0 } ? new ProducerKey(user, "") : new ProducerKey("", mutationId.LastIndexOf(':') is > 0 and var colon ? mutationId[..colon] : "");

    /// <summary>What became of it; null: it was never seen, or is forgotten.</summary>
    internal RememberedMutation? Find(string? user, string mutationId) =>
        _windows?.GetValueOrDefault(OwnerOf(user, mutationId)) is { } window && window.ById.TryGetValue(mutationId, out var remembered) ? remembered : null;

    /// <summary>Remembers it, and forgets the oldest beyond the bounds.</summary>
    internal void Add(string? user, string mutationId, RememberedMutation remembered) => Add(OwnerOf(user, mutationId), mutationId, remembered);

    /// <summary>Brings back what a snapshot kept, or remembers it.</summary>
    internal void Add(ProducerKey owner, string mutationId, RememberedMutation remembered)
    {
        _windows ??= [];
        if (!_windows.TryGetValue(owner, out var window))
            _windows.Add(owner, window = new Window());

        // The same id again can only be one that was forgotten meanwhile, or a log that was written by something else: the newer one counts.
        if (window.ById.TryGetValue(mutationId, out var former))
            Forget(former.Offset);

        if (!_windows.ContainsKey(owner))
            _windows.Add(owner, window);

        window.ById.Add(mutationId, remembered);
        window.Offsets.Add(remembered.Offset);
        _byOffset[remembered.Offset] = (owner, mutationId);
        if (window.Offsets.Count > IdsMax)
            Forget(window.Offsets.Min);

        if (_byOffset.Count > AllMax)
            Forget(_byOffset.First().Key);
    }

    private void Forget(long offset)
    {
        _byOffset.Remove(offset, out var entry);
        var window = _windows![entry.Owner];
        window.Offsets.Remove(offset);
        window.ById.Remove(entry.MutationId);
        if (window.Offsets.Count == 0)
            _windows.Remove(entry.Owner);
    }

    /// <summary>The ids of one owner. Looked up by id, gone through by offset.</summary>
    private sealed class Window
    {
        internal Dictionary<string, RememberedMutation> ById { get; } = new(StringComparer.Ordinal);

        internal SortedSet<long> Offsets { get; } = [];
    }
}

namespace RealTimeActors.Engine.Channels;

/// <summary>The windows of all producers of a channel, by (user, producer id). Bounded: see <see cref="ProducersMax"/>.</summary>
internal sealed class ProducerWindows
{
    /// <summary>
    /// Producers remembered at one time. When it is reached, the oldest of <see cref="OneTimeProducers"/> is forgotten for a new producer; where there is none and nobody has been silent
    /// for <see cref="KeptFor"/>, a new producer is refused (105).
    /// </summary>
    internal const int ProducersMax = 10_000;

    /// <summary>A named producer is remembered at least this long after it last published.</summary>
    internal static readonly TimeSpan KeptFor = TimeSpan.FromHours(24);

    private SortedDictionary<ProducerKey, ProducerWindow>? _windows;

    /// <summary>The one-time producers by the first offset they published: the order in which they are forgotten, also after a snapshot.</summary>
    private SortedDictionary<long, ProducerKey>? _oneTime;

    /// <summary>In the order of their keys.</summary>
    internal IReadOnlyCollection<KeyValuePair<ProducerKey, ProducerWindow>> Windows => _windows ?? (IReadOnlyCollection<KeyValuePair<ProducerKey, ProducerWindow>>)[];

    /// <summary>The window of a producer, or null for one that was never seen.</summary>
    internal ProducerWindow? Find(ProducerKey key) => _windows?.GetValueOrDefault(key);

    /// <summary>Whether a new producer can be taken at this time.</summary>
    internal bool HasRoom(long nowUnixMs) => _windows is not { Count: >= ProducersMax } || _oneTime is { Count: > 0 } || IsAnySilent(nowUnixMs);

    /// <summary>The window of a producer, made when it is new.</summary>
    /// <param name="key">Whose.</param>
    /// <param name="offset">The offset that it publishes.</param>
    /// <param name="nowUnixMs">When.</param>
    internal ProducerWindow GetOrAdd(ProducerKey key, long offset, long nowUnixMs)
    {
        _windows ??= [];
        if (_windows.TryGetValue(key, out var window))
            return window;

        if (_windows.Count >= ProducersMax)
            MakeRoom(nowUnixMs);

        window = new ProducerWindow();
        _windows.Add(key, window);
        if (OneTimeProducers.Has(key.ProducerId))
            (_oneTime ??= []).TryAdd(offset, key);

        return window;
    }

    private void MakeRoom(long nowUnixMs)
    {
        if (_oneTime is not { Count: > 0 })
        {
            ForgetSilent(nowUnixMs);
            return;
        }

        var (offset, oldest) = _oneTime.First();
        _oneTime.Remove(offset);
        _windows!.Remove(oldest);
    }

    private bool IsAnySilent(long nowUnixMs) => _windows!.Values.Any(window => IsSilent(window, nowUnixMs));

    private void ForgetSilent(long nowUnixMs)
    {
        foreach (var key in _windows!.Where(pair => IsSilent(pair.Value, nowUnixMs)).Select(pair => pair.Key).ToArray())
            _windows!.Remove(key);
    }

    private static bool IsSilent(ProducerWindow window, long nowUnixMs) => nowUnixMs - window.LastTimeUnixMs > (long)KeptFor.TotalMilliseconds;
}

using Microsoft.Extensions.Logging;
using RealTimeActors.Edge.Authentication.Jwt;

namespace RealTimeActors.Edge.Authentication.Jwks;

/// <summary>
/// The keys that are good now: those of the configuration and those of the key set, which is fetched on a period, and when a token means a key that is not
/// there. A key goes when a fetched set does not name it any more; a set that cannot be fetched changes nothing.
/// </summary>
internal sealed partial class JwksKeys : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly JwtOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly JwksClient? _client;

    // Has no timer, so it needs no disposal: whoever asks while the server stops still finds it.
    private readonly CancellationTokenSource _stopping = new();
    private Task _refreshing = Task.CompletedTask;
    private Task<KeysAnswer>? _fetch;
    private long _lastFetch;
    private bool _hasFetched;
    private int _failures;
    private volatile JwtKeySet _current;

    internal JwksKeys(JwtOptions options, TimeProvider time, ILogger log)
    {
        _options = options;
        _time = time;
        _log = log;
        _current = new JwtKeySet(options.Keys);
        _client = options.JwksUrl is { } url ? new JwksClient(url, options.JwksTimeout) : null;
    }

    /// <summary>The keys of this moment.</summary>
    internal JwtKeySet Current => _current;

    /// <summary>Whether there is anywhere to ask for more.</summary>
    internal bool CanAsk => _client is not null;

    /// <summary>Begins to fetch. Does not wait: a server starts without its issuer, too.</summary>
    internal void Start()
    {
        if (_client is null)
            return;

        // Begun here: a token that comes at once waits for this fetch, and does not begin one before the first of the period.
        var first = BeginFetch(isAsked: false);
        _refreshing = Task.Run(() => RefreshAsync(first));
    }

    /// <summary>Asks for newer keys: one fetch at a time, however many ask, and none so soon after the last one. Completes within the timeout of a fetch.</summary>
    internal async Task<KeysAnswer> AskAsync()
    {
        if (_client is null)
            return KeysAnswer.Fresh;

        try
        {
            return await BeginFetch(isAsked: true).WaitAsync(_options.JwksTimeout, _time, _stopping.Token);
        }
        catch (Exception late) when (late is TimeoutException or OperationCanceledException)
        {
            return KeysAnswer.Unreachable;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        Task<KeysAnswer>? fetch;
        lock (_gate)
            fetch = _fetch;

        if (fetch is not null)
            await fetch;

        await _refreshing;
        _client?.Dispose();
    }

    private async Task RefreshAsync(Task fetch)
    {
        try
        {
            while (true)
            {
                await fetch;
                await Task.Delay(UntilNext(), _time, _stopping.Token);
                fetch = BeginFetch(isAsked: false);
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private Task<KeysAnswer> BeginFetch(bool isAsked)
    {
        lock (_gate)
        {
            if (_fetch is { IsCompleted: false })
                return _fetch;

            if (_stopping.IsCancellationRequested)
                return Task.FromResult(KeysAnswer.Unreachable);

            if (isAsked && _fetch is not null && _time.GetElapsedTime(_lastFetch) < _options.JwksCooldown)
                return Task.FromResult(_failures == 0 ? KeysAnswer.Fresh : KeysAnswer.Unreachable);

            _lastFetch = _time.GetTimestamp();
            return _fetch = Task.Run(FetchAsync);
        }
    }

    private async Task<KeysAnswer> FetchAsync()
    {
        try
        {
            Take(await _client!.FetchAsync(_stopping.Token));
            return KeysAnswer.Fresh;
        }
        catch (JwksException failed)
        {
            Fail(failed.Message);
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }

        return KeysAnswer.Unreachable;
    }

    private void Take(JwksDocument document)
    {
        bool isNews;
        bool isBack;
        lock (_gate)
        {
            isBack = _failures > 0;
            _failures = 0;
            // A key that comes again stays the same object: what was checked with it need not be checked anew.
            var fetched = document.Keys.Select(key => _current.Same(key) ?? key).ToList();
            // A key of the configuration counts before one of the set that has the same name.
            var next = new JwtKeySet([.. _options.Keys, .. fetched]);
            isNews = !_hasFetched || !next.IsSameAs(_current);
            _hasFetched = true;
            _current = next;
        }

        if (isBack)
            KeysAreBack(_log, _client!.Shown);

        if (!isNews)
            return;

        KeysFetched(_log, document.Keys.Count, _client!.Shown, document.LeftOut.Count);
        foreach (var reason in document.LeftOut)
            KeyLeftOut(_log, _client.Shown, reason);
    }

    private void Fail(string reason)
    {
        int failures;
        lock (_gate)
            failures = ++_failures;

        // Once per outage: the next line says that it is over.
        if (failures > 1)
            KeysStillUnavailable(_log, _client!.Shown, reason, failures);
        else if (_hasFetched)
            KeysUnavailable(_log, _client!.Shown, reason);
        else
            KeysNotThere(_log, _client!.Shown, reason);
    }

    /// <summary>After a failure sooner than otherwise, and with growing pauses.</summary>
    private TimeSpan UntilNext()
    {
        lock (_gate)
        {
            if (_failures == 0)
                return _options.JwksRefresh;

            var pause = _options.JwksCooldown * Math.Pow(2, Math.Min(_failures - 1, 10));
            return pause < _options.JwksRefresh ? pause : _options.JwksRefresh;
        }
    }
}

using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using RealTimeActors.Edge.Admission;
using RealTimeActors.Engine.Access;

namespace RealTimeActors.Edge.HttpSessions;

/// <summary>
/// The connections over plain HTTP that are here, and where a request finds its own: by session and key together, so that what has no connection here, and what shows a wrong key,
/// are the same.
/// </summary>
/// <remarks>A connection that was closed stays for a while, so that its client can learn why. One clock looks at all of them once a second.</remarks>
internal sealed class HttpConnections(IEngine engine, EdgeOptions options, ConnectionBudget budget, TimeProvider time)
{
    private static readonly TimeSpan _look = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, HttpTransport> _byPlace = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<HttpTransport, bool> _all = new();
    private readonly Lock _gate = new();
    private ITimer? _clock;

    /// <summary>Opens a connection; null: there are as many as there may be.</summary>
    internal HttpTransport? Open(string remote, Identity? identity, bool greetsInStream)
    {
        if (!budget.TryTake())
            return null;

        var transport = new HttpTransport(this, options, time, remote, greetsInStream) { Identity = identity };
        lock (_gate)
        {
            _all[transport] = true;
            _clock ??= time.CreateTimer(static connections => ((HttpConnections)connections!).Look(), this, _look, _look);
        }

        transport.Open(engine.Open);
        return transport;
    }

    /// <summary>The connection that was given this session and key; one that has ended is found for a while, too.</summary>
    internal HttpTransport? Find(SessionCredentials credentials) => _byPlace.GetValueOrDefault(PlaceOf(credentials));

    /// <summary>The connection is welcome: from now on it is found, by what this returns.</summary>
    internal string Register(HttpTransport transport, SessionCredentials credentials)
    {
        var place = PlaceOf(credentials);
        _byPlace[place] = transport;
        return place;
    }

    /// <summary>The connection was closed. It is found until its client has had time to learn why.</summary>
    internal void Ended(HttpTransport transport)
    {
        budget.GiveBack();

        // A client that opens and closes all the time does not fill the memory with what was.
        if (transport.Place.Length == 0 || _all.Count > 2L * options.ConnectionsMax)
            Forget(transport);
    }

    /// <summary>Nothing of it is needed any more.</summary>
    internal void Remove(HttpTransport transport, bool wasLive)
    {
        if (wasLive)
            budget.GiveBack();

        Forget(transport);
    }

    private void Forget(HttpTransport transport)
    {
        _byPlace.TryRemove(new KeyValuePair<string, HttpTransport>(transport.Place, transport));
        lock (_gate)
        {
            _all.TryRemove(transport, out _);
            if (_all.IsEmpty)
            {
                _clock?.Dispose();
                _clock = null;
            }
        }
    }

    private void Look()
    {
        foreach (var (transport, _) in _all)
            transport.Look();
    }

    /// <summary>Keys are secrets of 192 random bits: a hash is enough to find them by, and looking for it tells nothing of them.</summary>
    private static string PlaceOf(SessionCredentials credentials) =>
        Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes($"{credentials.Id};{credentials.Key}")));
}

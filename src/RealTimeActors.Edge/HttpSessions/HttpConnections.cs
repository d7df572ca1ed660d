using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using RealTimeActors.Edge.Admission;
using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.HttpSessions;

namespace RealTimeActors.Edge.HttpSessions;

/// <summary>
/// The connections over plain HTTP that are here, and where a request finds its own: by session and key together, so that what has no connection here, and what shows a wrong key,
/// are the same.
/// </summary>
/// <remarks>A connection that was closed stays for a while, so that its client can learn why.</remarks>
internal sealed class HttpConnections(IEngine engine, EdgeOptions options, ConnectionBudget budget, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, HttpTransport> _byPlace = new(StringComparer.Ordinal);
    private readonly HttpLineOptions _line = options.Line;
    private readonly Lookout _all = new(time);

    /// <summary>Opens a connection; null: there are as many as there may be.</summary>
    internal HttpTransport? Open(string remote, Identity? identity, bool greetsInStream)
    {
        if (!budget.TryTake())
            return null;

        var transport = new HttpTransport(this, options.ReceiveWindowBytes, _line, time, remote, greetsInStream) { Identity = identity };
        _all.Add(transport);
        transport.Open(engine.Open);
        return transport;
    }

    /// <summary>The connection that was given this session and key; one that has ended is found for a while, too.</summary>
    internal HttpTransport? Find(SessionCredentials credentials) => Find(PlaceOf(credentials));

    /// <summary>The same by what was made of both.</summary>
    internal HttpTransport? Find(string place) => _byPlace.GetValueOrDefault(place);

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
    internal void Forget(HttpTransport transport)
    {
        _all.Remove(transport);
        _byPlace.TryRemove(new KeyValuePair<string, HttpTransport>(transport.Place, transport));
    }

    /// <summary>Keys are secrets of 192 random bits: a hash is enough to find them by, and looking for it tells nothing of them.</summary>
    internal static string PlaceOf(SessionCredentials credentials) =>
        Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes($"{credentials.Id};{credentials.Key}")));
}

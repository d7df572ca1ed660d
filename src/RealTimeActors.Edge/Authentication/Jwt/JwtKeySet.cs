namespace RealTimeActors.Edge.Authentication.Jwt;

/// <summary>The keys that tokens are checked with at one moment. Never changes: a rotation makes another set.</summary>
internal sealed class JwtKeySet
{
    private readonly Dictionary<(JwtAlgorithm Algorithm, string Kid), JwtKey> _named = [];
    private readonly List<JwtKey> _all = [];

    internal JwtKeySet(IEnumerable<JwtKey> keys)
    {
        foreach (var key in keys)
        {
            if (key.Kid is null || _named.TryAdd((key.Algorithm, key.Kid), key))
                _all.Add(key);
        }
    }

    /// <summary>How many there are.</summary>
    internal int Count => _all.Count;

    /// <summary>Whether this very key is still one of them.</summary>
    internal bool Has(JwtKey key) => _all.Contains(key);

    /// <summary>The key that is the same as the other by name, algorithm and material; null: there is none.</summary>
    internal JwtKey? Same(JwtKey other) =>
        _all.Find(key => key.Kid == other.Kid && key.Algorithm == other.Algorithm && key.Fingerprint == other.Fingerprint);

    /// <summary>Whether both hold the same keys.</summary>
    internal bool IsSameAs(JwtKeySet other) => Count == other.Count && _all.TrueForAll(other.Has);

    /// <summary>The one key that the header means: by its name, or, where it names none, the only one of the algorithm.</summary>
    /// <returns>Null: there is none, or more than one; <paramref name="error"/> says which.</returns>
    internal JwtKey? Find(JwtHeader header, out string error)
    {
        error = "kid: none of the keys here has that name and algorithm.";
        if (header.Kid is not null)
            return _named.GetValueOrDefault((header.Algorithm, header.Kid));

        JwtKey? only = null;
        foreach (var key in _all)
        {
            if (key.Algorithm != header.Algorithm)
                continue;

            if (only is not null)
            {
                error = $"kid: the token is expected to name its key; there is more than one for {header.Algorithm}.";
                return null;
            }

            only = key;
        }

        if (only is null)
            error = $"alg: there is no key for {header.Algorithm} here.";

        return only;
    }

    /// <summary>Whether keys that are not here yet could be what the header means. A secret never is: it is not published. Nor is a key of the same name and
    /// another algorithm.</summary>
    internal bool MayBeElsewhere(JwtHeader header) => header switch
    {
        { Algorithm: JwtAlgorithm.HS256 } => false,
        { Kid: { } kid } => !_named.Keys.Any(name => name.Kid == kid),
        _ => !_all.Exists(key => key.Algorithm == header.Algorithm),
    };
}

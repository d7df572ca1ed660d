namespace RealTimeActors.Edge.Authentication.Jwt;

/// <summary>The names of the algorithms, as tokens and the configuration write them.</summary>
internal static class JwtAlgorithms
{
    /// <summary>Byte for byte; null where there is none of that name here.</summary>
    internal static JwtAlgorithm? Named(string name) => name switch
    {
        "HS256" => JwtAlgorithm.HS256,
        "RS256" => JwtAlgorithm.RS256,
        "ES256" => JwtAlgorithm.ES256,
        _ => null,
    };
}

namespace RealTimeActors.Authentication.Oracle.Tests;

/// <summary>Headers and claims as somebody with the key might write them: good ones and strange ones.</summary>
internal sealed class SignedTexts(int seed, DateTimeOffset now)
{
    private readonly Random _random = new(~seed);
    private readonly long _now = now.ToUnixTimeSeconds();

    internal string GoodClaims()
    {
        var more = _random.Next(4) switch
        {
            0 => ""","roles":["editor","chief"]""",
            1 => ""","channels":{"a.>":["subscribe","history"]}""",
            2 => $$""","nbf":{{_now - 100}},"jti":"{{_random.Next()}}","nested":{"a":[1,2,{"b":null}]}""",
            _ => "",
        };
        return $$"""{"iss":"{{Library.Issuer}}","aud":"{{Library.Audience}}","sub":"u{{_random.Next(1_000)}}","iat":{{_now - _random.Next(100)}},"exp":{{_now + 1_000 + _random.Next(1_000)}}{{more}}}""";
    }

    internal string StrangeHeader(string header)
    {
        string[] more =
        [
            "\"crit\":[\"exp\"]", "\"crit\":[]", "\"b64\":false", "\"alg\":\"none\"", "\"alg\":\"HS256\"", "\"typ\":\"JWT\"", "\"typ\":\"at+jwt\"", "\"kid\":\"../../x\"",
            "\"kid\":7", "\"kid\":null", "\"kid\":\"rsa\"", "\"kid\":\"ec\"", "\"kid\":\"unknown\"", "\"jku\":\"https://evil.example\"", "\"jwk\":{\"kty\":\"oct\",\"k\":\"AA\"}",
            "\"x5c\":[]", "\"cty\":\"JWT\"", "\"zip\":\"DEF\"", "\"\\u0061lg\":\"none\"", "\"x\":1", "\"x\":{\"a\":1,\"a\":2}", "\"x5t\":\"AAAA\"", "\"Alg\":\"none\"",
        ];
        var member = more[_random.Next(more.Length)];
        var changed = _random.Next(2) == 0 ? $"{{{member},{header[1..]}" : $"{header[..^1]},{member}}}";
        return _random.Next(4) == 0 ? changed.Replace(":", " :\n", StringComparison.Ordinal) : changed;
    }

    internal string StrangeClaims()
    {
        var members = new List<string>
        {
            Choose("\"iss\":\"https://id.example\"", 6, "\"iss\":\"https://id.example/\"", "\"iss\":null", "\"iss\":[\"https://id.example\"]", "\"iss\":\"HTTPS://ID.EXAMPLE\"", ""),
            Choose("\"aud\":\"realtime\"", 6, "\"aud\":[\"x\",\"realtime\"]", "\"aud\":[]", "\"aud\":\"Realtime\"", "\"aud\":\"realtime \"", "\"aud\":null", "\"aud\":[7,\"realtime\"]", ""),
            Choose("\"sub\":\"u1\"", 6, "\"sub\":\"\"", "\"sub\":7", "\"sub\":[\"u1\"]", "\"sub\":\"\\ud83d\"", "\"sub\":\"\\u0000\"", "\"sub\":\"\uff55\"", ""),
            Choose($"\"exp\":{_now + 1_000}", 6, $"\"exp\":{_now + 1_000}.5", $"\"exp\":{(_now + 1_000) / 100}e2", $"\"exp\":\"{_now + 1_000}\"", $"\"exp\":{_now - 1_000}", "\"exp\":null",
                "\"exp\":true", "\"exp\":-1", "\"exp\":0", "\"exp\":1e400", "\"exp\":99999999999999999999", $"\"exp\":{_now + 1_000}000", "\"exp\":[]", ""),
            Choose("", 6, $"\"nbf\":{_now - 1_000}", $"\"nbf\":{_now + 500}", $"\"nbf\":\"{_now}\"", "\"nbf\":null", $"\"nbf\":{_now + 5_000}", "\"nbf\":1e400", $"\"nbf\":{_now - 1_000}.25"),
            Choose($"\"iat\":{_now - 10}", 6, $"\"iat\":{_now + 500}", "\"iat\":\"x\"", "\"iat\":null", "\"iat\":0", ""),
            Choose("", 6, "\"roles\":[\"a\"]", "\"roles\":\"a\"", "\"channels\":{\"a\":[\"publish\"]}", "\"channels\":{}", "\"sub\":\"u2\"", $"\"exp\":{_now + 9}", "\"\\u0065xp\":0", "\"x\":{\"a\":1,\"a\":1}"),
        };

        members.RemoveAll(member => member.Length == 0);
        if (_random.Next(2) == 0)
            members.Reverse();

        return $"{{{string.Join(',', members)}}}";
    }

    /// <summary>The usual one, or, once in <paramref name="oneIn"/> times, one of the others.</summary>
    private string Choose(string usual, int oneIn, params string[] others) => _random.Next(oneIn) == 0 ? others[_random.Next(others.Length)] : usual;
}

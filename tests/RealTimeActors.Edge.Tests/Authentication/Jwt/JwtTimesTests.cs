using RealTimeActors.Edge.Authentication.Jwt;
using static RealTimeActors.Edge.Tests.Support.TokenForge;

namespace RealTimeActors.Edge.Tests.Authentication.Jwt;

public sealed class JwtTimesTests
{
    private const int Hour = 3_600;
    private static readonly JwtKeySet _keys = new([Shared]);
    private static readonly JwtVerifier _verifier = new(new JwtOptions { LifetimeMax = TimeSpan.FromHours(1) });

    [Theory]
    [InlineData(29, true)]
    [InlineData(30, false)]
    public void The_end_has_a_leeway_of_30_seconds(int secondsAfter, bool isGood)
    {
        var token = Sign(Header, $$"""{"sub":"u1","exp":{{NowSeconds - secondsAfter}}}""");

        var verdict = _verifier.Verify(token, _keys, Now);

        Assert.Equal(isGood, verdict is JwtVerdict.Good);
        Assert.Equal(!isGood, verdict is JwtVerdict.Refused { IsExpired: true });
    }

    [Theory]
    [InlineData("nbf", 30, true)]
    [InlineData("nbf", 31, false)]
    [InlineData("iat", 30, true)]
    [InlineData("iat", 31, false)]
    public void So_has_the_beginning(string claim, int secondsAhead, bool isGood)
    {
        var token = Sign(Header, $$"""{"sub":"u1","exp":{{NowSeconds + 600}},"{{claim}}":{{NowSeconds + secondsAhead}}}""");

        Assert.Equal(isGood, _verifier.Verify(token, _keys, Now) is JwtVerdict.Good);
    }

    [Fact]
    public void A_time_may_have_fractions_and_exponents()
    {
        var token = Sign(Header, $$"""{"sub":"u1","exp":{{NowSeconds}}.75,"iat":{{NowSeconds / 100}}e2}""");

        var good = Assert.IsType<JwtVerdict.Good>(_verifier.Verify(token, _keys, Now));

        Assert.Equal((NowSeconds * 1_000) + 30_750, good.Token.Identity.ExpiresUnixMs);
    }

    [Theory]
    [InlineData(0, Hour, true)]
    [InlineData(0, Hour + 1, false)]
    [InlineData(-600, Hour - 600, true)]
    [InlineData(-600, Hour - 599, false)]
    [InlineData(null, Hour, true)]
    [InlineData(null, Hour + 1, false)]
    public void A_token_is_not_good_for_longer_than_is_allowed(int? issued, int end, bool isGood)
    {
        var iat = issued is null ? "" : $",\"iat\":{NowSeconds + issued}";
        var token = Sign(Header, $$"""{"sub":"u1","exp":{{NowSeconds + end}}{{iat}}}""");

        var verdict = _verifier.Verify(token, _keys, Now);

        Assert.Equal(isGood, verdict is JwtVerdict.Good);
        if (verdict is JwtVerdict.Refused refused)
            Assert.Contains("max-lifetime", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_that_has_ended_and_has_another_fault_is_told_the_other_fault()
    {
        var token = Sign(Header, $$"""{"sub":"u1","exp":{{NowSeconds - 600}},"roles":7}""");

        Assert.False(Assert.IsType<JwtVerdict.Refused>(_verifier.Verify(token, _keys, Now)).IsExpired);
    }

    [Fact]
    public void Issuer_and_audience_are_looked_at_where_they_are_configured()
    {
        var verifier = new JwtVerifier(new JwtOptions { Issuer = "https://id.example", Audiences = ["realtime", "rt2"] });

        string? Judge(string more) => verifier.Verify(Sign(Header, ClaimsWith(more)), _keys, Now) is JwtVerdict.Refused refused ? refused.Reason[..4] : null;

        Assert.Null(Judge(""","iss":"https://id.example","aud":"realtime" """));
        Assert.Null(Judge(""","iss":"https://id.example","aud":["other","rt2"]"""));
        Assert.Equal("iss:", Judge(""","aud":"realtime" """));
        Assert.Equal("iss:", Judge(""","iss":"https://id.example/","aud":"realtime" """));
        Assert.Equal("iss:", Judge(""","iss":["https://id.example"],"aud":"realtime" """));
        Assert.Equal("aud:", Judge(""","iss":"https://id.example" """));
        Assert.Equal("aud:", Judge(""","iss":"https://id.example","aud":"Realtime" """));
        Assert.Equal("aud:", Judge(""","iss":"https://id.example","aud":["realtime",7]"""));
        Assert.Equal("aud:", Judge(""","iss":"https://id.example","aud":[]"""));
    }
}

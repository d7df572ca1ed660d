using System.Diagnostics;
using RealTimeActors.Edge.Authentication.Jwt;
using RealTimeActors.Edge.Tests.Support;
using Xunit.Abstractions;

namespace RealTimeActors.Authentication.Oracle.Tests;

public sealed class CostTests(ITestOutputHelper output)
{
    private static readonly JwtVerifier _verifier = new(new JwtOptions());
    private static readonly JwtKeySet _keys = new([TokenForge.Shared, TokenForge.RsaKey, TokenForge.EcKey]);

    /// <summary>Shows what a check costs: <c>dotnet test … --filter CostTests --logger "console;verbosity=detailed"</c>.</summary>
    [Theory]
    [InlineData("HS256")]
    [InlineData("RS256")]
    [InlineData("ES256")]
    public void A_token_that_is_remembered_costs_a_fraction_of_one_that_is_checked(string algorithm)
    {
        var key = algorithm switch { "HS256" => TokenForge.Shared, "RS256" => TokenForge.RsaKey, _ => TokenForge.EcKey };
        var token = TokenForge.Sign($$"""{"alg":"{{algorithm}}"}""", TokenForge.ClaimsWith(""","roles":["editor"],"channels":{"orders.>":["subscribe","history"]}"""), key);
        var remembered = new VerifiedTokens();
        remembered.Add(token, ((JwtVerdict.Good)Check(token)).Token);

        var check = MicrosecondsOf(() => Check(token));
        var memory = MicrosecondsOf(() => remembered.Find(token) is { } found && _keys.Has(found.Key) ? _verifier.Judge(found, TokenForge.Now) : null);

        output.WriteLine($"{algorithm}: {check:0.0} µs to check, {memory:0.0} µs remembered");
        Assert.True(memory * 3 < check, $"{memory} µs, {check} µs");
    }

    private static JwtVerdict Check(string token) => _verifier.Verify(token, _keys, TokenForge.Now);

    /// <summary>The best of several: others use this machine, too.</summary>
    private static double MicrosecondsOf(Func<JwtVerdict?> act) => Enumerable.Range(0, 10).Min(_ =>
    {
        const int Times = 500;
        var begin = Stopwatch.GetTimestamp();
        for (var i = 0; i < Times; i++)
            Assert.IsType<JwtVerdict.Good>(act());

        return Stopwatch.GetElapsedTime(begin).TotalMicroseconds / Times;
    });
}

using RealTimeActors.Edge.Admission;

namespace RealTimeActors.Edge.Tests.Admission;

public sealed class OriginPolicyTests
{
    private static readonly string[] _allowed = ["https://app.example.org"];

    [Theory]
    [InlineData("", "rt.example.org", true)]
    [InlineData("https://app.example.org", "rt.example.org", true)]
    [InlineData("https://app.example.org.evil", "rt.example.org", false)]
    [InlineData("http://app.example.org", "rt.example.org", false)]
    [InlineData("https://app.example.org:8443", "rt.example.org", false)]
    [InlineData("null", "rt.example.org", false)]
    [InlineData("https://rt.example.org", "rt.example.org", true)]
    [InlineData("https://rt.example.org", "rt.example.org:443", true)]
    [InlineData("https://rt.example.org:8443", "rt.example.org", false)]
    [InlineData("http://localhost:3000", "rt.example.org", false)]
    [InlineData("http://127.0.0.1", "rt.example.org", false)]
    public void With_tokens_and_for_the_world_only_the_list_and_the_own_pages_may(string origin, string host, bool may)
    {
        var policy = new OriginPolicy(_allowed, asksForTokens: true, listensOnLoopback: false);

        Assert.True(policy.AdmitsHost(host));
        Assert.Equal(may, policy.AdmitsOrigin(origin, host));
    }

    [Fact]
    public void With_tokens_on_this_machine_its_pages_may()
    {
        var policy = new OriginPolicy(_allowed, asksForTokens: true, listensOnLoopback: true);

        Assert.True(policy.AdmitsOrigin("http://localhost:3000", "127.0.0.1:8080"));
        Assert.False(policy.AdmitsOrigin("https://evil.example", "127.0.0.1:8080"));
    }

    [Fact]
    public void Without_tokens_no_other_host_is_taken_and_the_host_is_no_excuse_for_an_origin()
    {
        var policy = new OriginPolicy(_allowed);

        Assert.True(policy.AdmitsHost("localhost"));
        Assert.True(policy.AdmitsHost("[::1]"));
        Assert.True(policy.AdmitsHost("app.example.org"));
        Assert.False(policy.AdmitsHost("rebound.example"));
        Assert.False(policy.AdmitsOrigin("https://rebound.example", "rebound.example"));
        Assert.True(policy.AdmitsOrigin("http://localhost:3000", "127.0.0.1"));
    }
}

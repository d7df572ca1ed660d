using System.Buffers.Text;
using System.Text;
using RealTimeActors.Client.Running;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Tests.Running;

public sealed class TokenHintTests
{
    private static readonly DateTimeOffset _now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    [Theory]
    [InlineData("""{"exp":1800000100}""", 100)]
    [InlineData("""{"iat":1799999990,"exp":1800000100}""", 100)]
    [InlineData("""{"iat":1800000090,"exp":1800000100}""", 10)]
    [InlineData("""{"iat":1799999000,"exp":1799999100}""", 100)]
    public void Says_how_long_a_token_seems_to_be_good(string claims, int seconds)
    {
        Assert.Equal(TimeSpan.FromSeconds(seconds), TokenHint.GoodFor(Jwt(claims), _now));
    }

    [Theory]
    [InlineData("""{"sub":"u1"}""")]
    [InlineData("""{"exp":"soon"}""")]
    [InlineData("""{"exp":1700000000}""")]
    [InlineData("""{"exp":1e300}""")]
    [InlineData("[1]")]
    [InlineData("{")]
    [InlineData("")]
    public void Says_nothing_where_nothing_can_be_said(string claims)
    {
        Assert.Null(TokenHint.GoodFor(Jwt(claims), _now));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("opaque")]
    [InlineData("a.b")]
    [InlineData("a.!.c")]
    [InlineData("a.b.c.d")]
    public void What_is_no_jwt_is_none(string? token)
    {
        Assert.Null(TokenHint.GoodFor(token, _now));
    }

    [Fact]
    public void Nothing_that_is_printed_gives_a_secret_away()
    {
        object[] printed =
        [
            new ClientFrame.Hello { Token = "s3cr3t", SessionId = "s-1", SessionKey = "s3cr3t" },
            new ClientFrame.Refresh("s3cr3t"),
            new SessionRef("s-1", "s3cr3t", true, null),
            new ServerFrame.Welcome
            {
                Connection = "c-1", Session = new SessionRef("s-1", "s3cr3t", true, null), Node = "n", TimeUnixMs = 0, HeartbeatMs = 1, FrameBytesMax = 1, SubscriptionsMax = 1,
                Reconnect = new ReconnectAdvice(1, 1, 1, 1), Subscriptions = [],
            },
            new ClientInput(InputKind.TokenObtained, Text: "s3cr3t"),
            new Client.Machine.ClientEffect.Send(1, new ClientFrame.Refresh("s3cr3t")),
        ];

        Assert.All(printed, record => Assert.DoesNotContain("s3cr3t", record.ToString(), StringComparison.Ordinal));
    }

    private static string Jwt(string claims) => $"e30.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}.signature";
}

using System.Text;
using RealTimeActors.Edge.Tests.Support;
using RealTimeActors.Edge.WebSockets.Direct;

namespace RealTimeActors.Edge.Tests.WebSockets.Direct;

public sealed class RequestHeadTests
{
    private const string Upgrade = "Host: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" + RawClient.Key;

    [Fact]
    public void Reads_the_head_of_a_plain_handshake()
    {
        Assert.True(TryRead($"GET /v1/ws HTTP/1.1\r\n{Upgrade}X-Empty:\r\nX-Padded: \t a b \t\r\nCookie: a=1\r\nCookie: b=2\r\n\r\n", out var headers));

        Assert.Equal("localhost", headers.Host);
        Assert.Equal("dGhlIHNhbXBsZSBub25jZQ==", headers.SecWebSocketKey);
        Assert.Equal(("", "a b"), (headers["x-empty"].ToString(), headers["X-PADDED"].ToString()));
        Assert.Equal("a=1,b=2", headers.Cookie.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("\r\n\r\n")]
    [InlineData("GET /v1/ws HTTP/1.1\r\n\r\n")]
    [InlineData("GET /v1/ws HTTP/1.1\r\n" + Upgrade)]
    [InlineData("GET /v1/ws HTTP/1.1\r\n" + Upgrade + "\r")]
    [InlineData("GET /v1/ws HTTP/1.1\r\n" + Upgrade + "\r\nearly")]
    [InlineData("GET /v1/ws HTTP/1.1\r\n" + Upgrade + "\r\n\r\n")]
    [InlineData("GET /v1/ws HTTP/1.1\r\n" + Upgrade + "\r\nGET /v1/ws HTTP/1.1\r\n" + Upgrade + "\r\n")]
    [InlineData("GET /v1/ws?ticket=1 HTTP/1.1\r\n" + Upgrade + "\r\n")]
    [InlineData("GET /v1/w%73 HTTP/1.1\r\n" + Upgrade + "\r\n")]
    [InlineData("GET /V1/WS HTTP/1.1\r\n" + Upgrade + "\r\n")]
    [InlineData("GET /v1/ws/ HTTP/1.1\r\n" + Upgrade + "\r\n")]
    [InlineData("GET  /v1/ws HTTP/1.1\r\n" + Upgrade + "\r\n")]
    [InlineData("GET http://localhost/v1/ws HTTP/1.1\r\n" + Upgrade + "\r\n")]
    [InlineData("get /v1/ws HTTP/1.1\r\n" + Upgrade + "\r\n")]
    [InlineData("POST /v1/ws HTTP/1.1\r\n" + Upgrade + "\r\n")]
    [InlineData("GET /v1/ws HTTP/1.0\r\n" + Upgrade + "\r\n")]
    [InlineData("GET HTTP/1.1\r\n" + Upgrade + "\r\n")]
    [InlineData("GET /v1/ws HTTP/1.1\r\n" + RawClient.Key + "\r\n")]
    [InlineData("GET /v1/ws HTTP/1.1\r\nHost: evil\r\n" + Upgrade + "\r\n")]
    [InlineData("GET /v1/ws HTTP/1.1\r\n" + Upgrade + "Origin: a\r\nOrigin: b\r\n\r\n")]
    [InlineData("GET /v1/ws HTTP/1.1\r\n" + Upgrade + "Authorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n")]
    [InlineData("GET /v1/ws HTTP/1.1\r\n" + Upgrade + RawClient.Key + "\r\n")]
    [InlineData("GET /v1/ws HTTP/1.1\r\n" + Upgrade + "Content-Length: 0\r\n\r\n")]
    [InlineData("GET /v1/ws HTTP/1.1\r\n" + Upgrade + "Transfer-Encoding: chunked\r\n\r\n")]
    [InlineData("GET /v1/ws HTTP/1.1\r\n" + Upgrade + "Expect: 100-continue\r\n\r\n")]
    [InlineData("GET /v1/ws HTTP/1.1\r\n" + Upgrade + "no colon\r\n\r\n")]
    [InlineData("GET /v1/ws HTTP/1.1\r\n" + Upgrade + ": no name\r\n\r\n")]
    [InlineData("GET /v1/ws HTTP/1.1\r\n" + Upgrade + "X-Name : space before the colon\r\n\r\n")]
    [InlineData("GET /v1/ws HTTP/1.1\r\n" + Upgrade + "X-Folded: a\r\n b\r\n\r\n")]
    [InlineData("GET /v1/ws HTTP/1.1\r\n" + Upgrade + "X-Feed: a\nOrigin: b\r\n\r\n")]
    [InlineData("GET /v1/ws HTTP/1.1\r\n" + Upgrade + "X-Return: a\rOrigin: b\r\n\r\n")]
    [InlineData("GET /v1/ws HTTP/1.1\r\n" + Upgrade + "X-Zero: a\0b\r\n\r\n")]
    [InlineData("GET /v1/ws HTTP/1.1\r\n" + Upgrade + "X-Umlaut: \u00e4\r\n\r\n")]
    [InlineData("GET /v1/ws HTTP/1.1\r\nX\u00e4: b\r\n" + Upgrade + "\r\n")]
    public void Leaves_whatever_is_unusual_to_Kestrel(string head) => Assert.False(TryRead(head, out _));

    [Fact]
    public void Leaves_many_headers_to_Kestrel()
    {
        var many = string.Concat(Enumerable.Range(0, 65).Select(i => $"X-{i}: x\r\n"));

        Assert.False(TryRead($"GET /v1/ws HTTP/1.1\r\n{Upgrade}{many}\r\n", out _));
    }

    [Fact]
    public void Reads_no_head_that_lacks_its_end_wherever_it_is_cut()
    {
        var head = Encoding.Latin1.GetBytes($"GET /v1/ws HTTP/1.1\r\n{Upgrade}Origin: http://localhost\r\n\r\n");

        for (var length = 0; length < head.Length; length++)
            Assert.False(RequestHead.TryRead(head.AsSpan(0, length), "/v1/ws", out _));

        Assert.True(RequestHead.TryRead(head, "/v1/ws", out _));
    }

    private static bool TryRead(string head, out Microsoft.AspNetCore.Http.IHeaderDictionary headers) =>
        RequestHead.TryRead(Encoding.Latin1.GetBytes(head), "/v1/ws", out headers!);
}

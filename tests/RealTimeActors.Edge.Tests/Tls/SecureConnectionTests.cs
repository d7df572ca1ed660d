using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using RealTimeActors.Edge.Tests.Support;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.TestKit.Time;

namespace RealTimeActors.Edge.Tests.Tls;

[SuppressMessage("Design", "CA1001", Justification = "The runner disposes of it, in its own way.")]
public sealed class SecureConnectionTests : IAsyncLifetime
{
    private readonly TestAuthority _authority = new();
    private SecuredServer _server = null!;
    private string _serial = "";

    public async Task InitializeAsync()
    {
        _serial = _authority.Write();
        _server = await SecuredServer.StartAsync(
            $"realtime.http.tls.certificate={_authority.CertificateFile}", $"realtime.http.tls.key={_authority.KeyFile}", "realtime.http.tls.check-every=1d");
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _authority.Dispose();
    }

    [Fact]
    public async Task HTTP_is_spoken_over_TLS()
    {
        using var http = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, errors) => _authority.Trusts(certificate, errors) } });

        Assert.Equal("https", _server.Address.Scheme);
        Assert.Equal("""{"status":"ready"}""", await http.GetStringAsync(new Uri(_server.Address, "/readyz")));
    }

    [Theory]
    [InlineData("realtime.v1.json", WireFormat.WebSocketJson)]
    [InlineData("realtime.v1.proto", WireFormat.WebSocketProtobuf)]
    public async Task WebSocket_is_spoken_over_TLS_in_both_encodings(string subprotocol, WireFormat format)
    {
        const int Events = 2_000;
        var codec = FrameCodecs.For(format);
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol(subprotocol);
        socket.Options.RemoteCertificateValidationCallback = (_, certificate, _, errors) => _authority.Trusts(certificate, errors);
        await socket.ConnectAsync(new UriBuilder(_server.Address) { Scheme = "wss", Path = "/v1/ws" }.Uri, CancellationToken.None);

        await SayAsync(socket, format, new ClientFrame.Hello { Id = 1, Subscriptions = [new ClientFrame.Subscribe { Channel = "a.b" }] });
        for (var i = 0; i < Events; i++)
            await SayAsync(socket, format, new ClientFrame.Publish { Channel = "a.b", Type = "t", Data = Encoding.UTF8.GetBytes($"{{\"n\":{i},\"pad\":\"{new string('p', 500)}\"}}"), Confirm = Confirm.None });

        var offsets = new List<long>();
        while (offsets.Count < Events)
        {
            foreach (var frame in await HearAsync(socket, codec))
            {
                if (frame is ServerFrame.Event { Body: var body })
                    offsets.Add(body.Offset);
            }
        }

        Assert.Equal(Enumerable.Range(1, Events).Select(i => (long)i), offsets);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        Assert.Equal(WebSocketState.Closed, socket.State);
    }

    [Fact]
    public async Task Nothing_older_than_TLS_1_2_is_spoken()
    {
#pragma warning disable SYSLIB0039, CA5397 // That old versions are refused is what is tried here.
        await Assert.ThrowsAnyAsync<Exception>(() => ShakeAsync(SslProtocols.Tls11));
#pragma warning restore SYSLIB0039, CA5397
        Assert.Equal(_serial, (await ShakeAsync(SslProtocols.Tls12)).Serial);
    }

    [Fact]
    public async Task New_files_count_for_new_connections_and_broken_ones_for_none()
    {
        var rotating = (RealTimeActors.Hosting.Tls.RotatingCertificate)_server.Services.GetService(typeof(RealTimeActors.Hosting.Tls.RotatingCertificate))!;
        var before = await ShakeAsync(SslProtocols.None);

        var half = File.ReadAllText(_authority.CertificateFile);
        var renewed = _authority.Write();
        var whole = File.ReadAllText(_authority.CertificateFile);
        File.WriteAllText(_authority.CertificateFile, half);
        rotating.Look();
        rotating.Look();
        Assert.Equal(_serial, (await ShakeAsync(SslProtocols.None)).Serial);
        Assert.Equal(1, _server.Log.Count("the former one stays"));

        File.WriteAllText(_authority.CertificateFile, whole);
        rotating.Look();

        Assert.Equal(_serial, before.Serial);
        Assert.Equal(renewed, (await ShakeAsync(SslProtocols.None)).Serial);
        Assert.Equal(1, _server.Log.Count("was renewed"));
    }

    [Fact]
    public void The_files_are_looked_at_on_a_period()
    {
        var time = new VirtualTime(DateTimeOffset.UtcNow);
        var log = new LogCapture();
        var files = new RealTimeActors.Hosting.Tls.TlsFiles(_authority.CertificateFile, _authority.KeyFile, null, TimeSpan.FromSeconds(10));
        using var rotating = new RealTimeActors.Hosting.Tls.RotatingCertificate(files, time, log.For<SecureConnectionTests>());
        var before = rotating.Options;

        _authority.Write();
        time.Advance(TimeSpan.FromSeconds(10));

        Assert.NotSame(before, rotating.Options);
    }

    [Fact]
    public async Task Who_does_not_shake_hands_is_dropped()
    {
        // A server of its own: who does shake hands has all the time that he needs.
        await using var hasty = await SecuredServer.StartAsync(
            $"realtime.http.tls.certificate={_authority.CertificateFile}", $"realtime.http.tls.key={_authority.KeyFile}", "realtime.limits.handshake-within=1s");
        using var silent = new RawClient(hasty.Address);

        // In good order where the handshake's time is over first, by a reset where the gate has looked first.
        await silent.ReadToEndAsync();
    }

    private static async Task SayAsync(ClientWebSocket socket, WireFormat format, ClientFrame frame)
    {
        var bytes = new ArrayBufferWriter<byte>();
        FrameCodecs.For(format).Encode(frame, bytes);
        await socket.SendAsync(bytes.WrittenMemory, format == WireFormat.WebSocketJson ? WebSocketMessageType.Text : WebSocketMessageType.Binary, true, CancellationToken.None);
    }

    private static async Task<List<ServerFrame>> HearAsync(ClientWebSocket socket, IFrameCodec codec)
    {
        using var message = new MemoryStream();
        var buffer = new byte[65_536];
        ValueWebSocketReceiveResult result;
        do
        {
            result = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None).AsTask().WaitAsync(Patience.Limit);
            message.Write(buffer.AsSpan(0, result.Count));
        }
        while (!result.EndOfMessage);

        var frames = new List<ServerFrame>();
        Assert.True(codec.TryDecodeServer(message.ToArray(), frames));
        return frames;
    }

    private async Task<(string Serial, SslProtocols Version)> ShakeAsync(SslProtocols versions)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(_server.Address.Host, _server.Address.Port);
        await using var stream = new SslStream(client.GetStream());
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "127.0.0.1",
            EnabledSslProtocols = versions,
            RemoteCertificateValidationCallback = (_, certificate, _, errors) => _authority.Trusts(certificate, errors),
        }).WaitAsync(Patience.Limit);
        using var shown = new X509Certificate2(stream.RemoteCertificate!);
        return (shown.SerialNumber, stream.SslProtocol);
    }
}

using System.IO.Compression;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using RealTimeActors.Edge.Tests.Support;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Edge.Tests.WebSockets;

public class CompressionTests : TwoWays
{
    private const string Offer = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n";

    private static readonly string _large = string.Concat(Enumerable.Range(0, 300).Select(i => $"item {i % 9} ü "));

    private string Way => $"realtime.http.websocket.direct={(IsDirect ? "true" : "false")}";

    [Fact]
    public async Task Is_agreed_only_where_it_is_switched_on_and_offered()
    {
        await using var off = await StartAsync();
        await using var on = await StartAsync(new EdgeOptions { Compresses = true });

        Assert.DoesNotContain("Extensions", await AnswerAsync(off, Offer), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Extensions", await AnswerAsync(on, ""), StringComparison.OrdinalIgnoreCase);
        Assert.Contains(
            "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover\r\n", await AnswerAsync(on, Offer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_browser_kind_of_client_sends_and_gets_compressed_messages_and_reads_what_was_written()
    {
        await using var server = await SecuredServer.StartAsync(Way, "realtime.http.websocket.compression=true");
        using var client = new ClientWebSocket();
        client.Options.DangerousDeflateOptions = new WebSocketDeflateOptions { ClientContextTakeover = false, ServerContextTakeover = false };
        client.Options.AddSubProtocol("realtime.v1.json");
        await client.ConnectAsync(new Uri($"ws://{server.Address.Authority}/v1/ws"), CancellationToken.None).WaitAsync(Patience.Limit);

        await SayAsync(client, """{"id":1,"hello":{"subscribe":[{"channel":"a.b"}]}}""");
        Assert.Contains("welcome", await HearAsync(client), StringComparison.Ordinal);
        await SayAsync(client, $$"""{"id":2,"publish":{"channel":"a.b","type":"t","data":{"text":"{{_large}}"} } } """);
        string[] heard = [await HearAsync(client), await HearAsync(client)];

        Assert.Contains(heard, frame => frame.Contains("receipt", StringComparison.Ordinal));
        Assert.Contains(heard, frame => frame.Contains(_large, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Only_large_live_events_are_compressed()
    {
        await using var server = await SecuredServer.StartAsync(Way, "realtime.http.websocket.compression=true");
        using var client = new RawClient(server.Address);
        await client.HandshakeAsync($"{RawClient.Key}{Offer}");

        await client.SendTextAsync("""{"id":1,"hello":{"subscribe":[{"channel":"a.b"}]}}""");
        var welcome = await client.ReadFrameAsync();
        await client.SendTextAsync("""{"publish":{"channel":"a.b","type":"t","data":1,"confirm":"none"}}""");
        var small = await client.ReadFrameAsync();
        await client.SendTextAsync($$"""{"publish":{"channel":"a.b","type":"t","data":"{{_large}}","confirm":"none"} } """);
        var large = await client.ReadFrameAsync();
        await client.SendTextAsync("""{"id":2,"read":{"channel":"a.b","what":"events","from":"earliest"}}""");
        var page = await client.ReadFrameAsync();

        Assert.Equal([0x81, 0x81, 0xC1, 0x81], [welcome.First, small.First, large.First, page.First]);
        Assert.True(large.Payload.Length < _large.Length / 4);
        Assert.Contains(_large, Inflated(large.Payload), StringComparison.Ordinal);
        Assert.Contains("page", Encoding.UTF8.GetString(page.Payload), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_did_not_ask_gets_the_same_event_as_it_is()
    {
        await using var server = await SecuredServer.StartAsync(Way, "realtime.http.websocket.compression=true");
        using var plain = new RawClient(server.Address);
        using var deflated = new RawClient(server.Address);
        await plain.UpgradeAsync(null);
        await deflated.HandshakeAsync($"{RawClient.Key}{Offer}");
        foreach (var client in new[] { plain, deflated })
        {
            await client.SendTextAsync("""{"id":1,"hello":{"subscribe":[{"channel":"a.b"}]}}""");
            await client.ReadFrameAsync();
        }

        await plain.SendTextAsync($$"""{"publish":{"channel":"a.b","type":"t","data":"{{_large}}","confirm":"none"} } """);
        var (first, payload) = await plain.ReadFrameAsync();

        Assert.Equal(0x81, first);
        Assert.Equal(Encoding.UTF8.GetString(payload), Inflated((await deflated.ReadFrameAsync()).Payload));
    }

    [Fact]
    public async Task Whoever_asked_for_pieces_gets_them_as_they_are()
    {
        await using var server = await SecuredServer.StartAsync(Way, "realtime.http.websocket.compression=true");
        using var client = new RawClient(server.Address);
        await client.HandshakeAsync($"{RawClient.Key}{Offer}");
        await client.SendTextAsync("""{"id":1,"hello":{"pieces":1024,"subscribe":[{"channel":"a.b"}]}}""");
        await client.ReadFrameAsync();

        await client.SendTextAsync($$"""{"publish":{"channel":"a.b","type":"t","data":"{{_large}}","confirm":"none"} } """);
        var frame = new List<byte>();
        for (var isLast = false; !isLast;)
        {
            var (first, payload) = await client.ReadFrameAsync();
            var piece = JsonDocument.Parse(payload).RootElement.GetProperty("piece");
            frame.AddRange(piece.GetProperty("data").GetBytesFromBase64());
            isLast = piece.GetProperty("last").GetBoolean();
            Assert.Equal(0x81, first);
        }

        Assert.Contains(_large, Encoding.UTF8.GetString([.. frame]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compressed_frames_of_a_client_are_read_and_a_bomb_is_stopped()
    {
        await using var server = await StartAsync(new EdgeOptions { Compresses = true });
        using var client = new RawClient(server.Address);
        await client.HandshakeAsync($"{RawClient.Key}{Offer}");
        var connection = await server.Engine.NextConnectionAsync();

        await client.SendFrameAsync(0xC1, Deflated("""{"id":7,"ping":{}}"""u8));
        Assert.Equal(7, (await connection.NextAsync<ClientFrame.Ping>()).Id);
        Assert.Equal(WireFormat.WebSocketJsonDeflate, connection.Transport.Format);

        await client.SendFrameAsync(0xC1, Deflated(new byte[20_000_000]));
        Assert.Equal(1009, (await client.ReadCloseAsync()).Status);
        await connection.WhenClosedAsync();
    }

    [Fact]
    public async Task What_is_no_deflate_is_refused()
    {
        await using var server = await StartAsync(new EdgeOptions { Compresses = true });
        using var client = new RawClient(server.Address);
        await client.HandshakeAsync($"{RawClient.Key}{Offer}");

        await client.SendFrameAsync(0xC1, "this is no deflate"u8.ToArray());

        Assert.Equal(1007, (await client.ReadCloseAsync()).Status);
    }

    [Fact]
    public async Task What_compressed_messages_become_counts_for_the_window()
    {
        const int Window = 200_000;
        await using var server = await StartAsync(new EdgeOptions { Compresses = true, ReceiveWindowBytes = Window });
        using var client = new RawClient(server.Address);
        await client.HandshakeAsync($"{RawClient.Key}{Offer}");
        var connection = await server.Engine.NextConnectionAsync();
        connection.ConsumesAtOnce = false;
        var message = RawClient.Frame(0xC1, Deflated(Encoding.UTF8.GetBytes($$"""{"publish":{"channel":"a","type":"t","data":"{{new string('x', 60_000)}}"} } """)));

        await client.SendAsync(Enumerable.Repeat(message, 500).SelectMany(bytes => bytes).ToArray());
        for (var i = 0; i < 500; i++)
        {
            await connection.NextAsync<ClientFrame.Publish>();
            if (connection.UnconsumedBytes >= Window)
                connection.Consume((int)connection.UnconsumedBytes);
        }

        // What one read brings, at most 4 KiB of it compressed, is handed over as a whole.
        Assert.InRange(connection.UnconsumedBytesMax, 60_000, Window + (4_096 / message.Length + 1) * 60_100);
    }

    private static async Task<string> AnswerAsync(EdgeServer server, string offer)
    {
        using var client = new RawClient(server.Address);
        return await client.HandshakeAsync($"{RawClient.Key}{offer}");
    }

    private static Task SayAsync(ClientWebSocket client, string text) =>
        client.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None).WaitAsync(Patience.Limit);

    private static async Task<string> HearAsync(ClientWebSocket client)
    {
        var buffer = new byte[65_536];
        var count = 0;
        while (true)
        {
            var part = await client.ReceiveAsync(buffer.AsMemory(count), CancellationToken.None).AsTask().WaitAsync(Patience.Limit);
            count += part.Count;
            if (part.EndOfMessage)
                return Encoding.UTF8.GetString(buffer, 0, count);
        }
    }

    private static byte[] Deflated(ReadOnlySpan<byte> payload)
    {
        using var compressed = new MemoryStream();
        using var deflate = new DeflateStream(compressed, CompressionLevel.SmallestSize);
        deflate.Write(payload);
        deflate.Flush();
        return compressed.ToArray()[..^4];
    }

    private static string Inflated(byte[] payload)
    {
        using var inflate = new DeflateStream(new MemoryStream([.. payload, 0x00, 0x00, 0xFF, 0xFF]), CompressionMode.Decompress);
        using var text = new StreamReader(inflate, Encoding.UTF8);
        return text.ReadToEnd();
    }
}

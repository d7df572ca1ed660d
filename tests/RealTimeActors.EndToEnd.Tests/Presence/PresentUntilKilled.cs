using System.Net.WebSockets;
using System.Text;

namespace RealTimeActors.EndToEnd.Tests.Presence;

/// <summary>A process that is present in a channel, says so, and goes on being until it is killed. A stranger's client: nothing of ours but the text of the contract.</summary>
internal static class PresentUntilKilled
{
    internal static async Task<int> RunAsync(Uri endpoint, string channel)
    {
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("realtime.v1.json");
        await socket.ConnectAsync(new UriBuilder(endpoint) { Scheme = "ws", Path = "/v1/ws" }.Uri, CancellationToken.None);
        await SendAsync(socket, """{"id":1,"hello":{}}""");
        await SendAsync(socket, $$$$"""{"id":2,"presence":{"channel":"{{{{channel}}}}","state":{"process":{{{{Environment.ProcessId}}}}}}}""");
        var buffer = new byte[65_536];
        while (true)
        {
            var read = await socket.ReceiveAsync(buffer, CancellationToken.None);
            if (read.MessageType == WebSocketMessageType.Close)
                return 1;

            var text = Encoding.UTF8.GetString(buffer, 0, read.Count);
            if (text.Contains("\"ok\"", StringComparison.Ordinal))
                Console.WriteLine("present");
            else if (text.Contains("\"ping\"", StringComparison.Ordinal))
                await SendAsync(socket, """{"pong":{}}""");
        }
    }

    private static Task SendAsync(ClientWebSocket socket, string frame) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(frame), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
}

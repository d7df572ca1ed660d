using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace RealTimeActors.Benchmarks.Floor;

/// <summary>
/// The limit on .NET: Kestrel accepts and upgrades, then the bytes go straight to the connection's socket, or through Kestrel's stream. No session, no
/// limits, no heartbeat, no journal: it says what the way out could cost at best. The child mode <c>peer-floor PORT socket|stream [CERTIFICATE KEY]</c>.
/// </summary>
internal static class Floor
{
    private const int BufferMax = 64 * 1024;

    internal static async Task<int> Serve(int port, bool throughStream, string? certificate, string? key)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listener =>
        {
            if (certificate is not null) listener.UseHttps(X509Certificate2.CreateFromPemFile(certificate, key));
        }));
        using var lane = new FloorLane();
        await using var app = builder.Build();
        app.MapGet("/readyz", () => "ready");
        app.Map("/v1/ws", context => Upgrade(context, lane, throughStream));
        await app.RunAsync();
        return 0;
    }

    private static async Task Upgrade(HttpContext context, FloorLane lane, bool throughStream)
    {
        var key = context.Request.Headers.SecWebSocketKey + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
        context.Response.Headers.Upgrade = "websocket";
        context.Response.Headers.Connection = "Upgrade";
#pragma warning disable CA5350 // RFC 6455 wants SHA-1.
        context.Response.Headers.SecWebSocketAccept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key)));
#pragma warning restore CA5350
        context.Response.Headers.SecWebSocketProtocol = "realtime.v1.proto";
        var stream = await context.Features.Get<IHttpUpgradeFeature>()!.UpgradeAsync();
        var connection = new FloorConnection(throughStream ? new FloorStream(stream, lane.Schedule) : Past(context), lane);
        var buffer = new byte[512];
        var length = 0;
        try
        {
            while (true)
            {
                var read = await stream.ReadAsync(buffer.AsMemory(length), context.RequestAborted);
                if (read == 0) return;
                // Most connections only listen; one that fills its buffer gets a larger one, so that its publishes are taken together.
                var isFull = read == buffer.Length - length;
                length += read;
                var taken = connection.Take(buffer.AsSpan(0, length));
                buffer.AsSpan(taken, length - taken).CopyTo(buffer);
                length -= taken;
                if (length == buffer.Length || (isFull && buffer.Length < BufferMax)) Array.Resize(ref buffer, buffer.Length * 2);
            }
        }
        catch (Exception end) when (end is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
        {
            // The other side has gone; there is nothing to keep.
        }
    }

    private static FloorSocket Past(HttpContext context)
    {
        var socket = context.Features.Get<IConnectionSocketFeature>()!.Socket;
        socket.Blocking = false;
        return new FloorSocket(socket);
    }
}

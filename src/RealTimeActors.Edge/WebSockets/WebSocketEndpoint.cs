using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using RealTimeActors.Edge.Admission;
using RealTimeActors.Edge.HttpApi;
using RealTimeActors.Engine.Access;
using RealTimeActors.Protocol;

namespace RealTimeActors.Edge.WebSockets;

/// <summary><c>GET /v1/ws</c>, and over HTTP/2 an extended CONNECT to it (browsers take that wherever a server of HTTP/2 offers it): judges the handshake, answers it and runs the connection.</summary>
internal sealed partial class WebSocketEndpoint(IEngine engine, EdgeOptions options, ConnectionBudget budget, ILogger<WebSocketEndpoint> log)
{
    internal async Task HandleAsync(HttpContext http)
    {
        var connect = http.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: "websocket" } extended ? extended : null;
        if (!Handshake.TryRead(http.Request.Headers, connect is not null, options.Compresses, out var handshake, out var status, out var error))
        {
            if (status == StatusCodes.Status426UpgradeRequired)
            {
                http.Response.Headers.Upgrade = "websocket";
                http.Response.Headers.SecWebSocketVersion = "13";
            }

            await Problem.WriteAsync(http, status, ErrorCode.BadRequest, error);
            return;
        }

        var upgrade = http.Features.Get<IHttpUpgradeFeature>();
        if (connect is null && upgrade is not { IsUpgradableRequest: true })
        {
            await Problem.WriteAsync(http, StatusCodes.Status426UpgradeRequired, ErrorCode.BadRequest,
                "The connection cannot be upgraded; a GET over HTTP/1.1 with Connection: Upgrade is expected.");
            return;
        }

        if (engine.WhyNoClients() is { } refusal)
        {
            await Problem.WriteAsync(http, refusal);
            return;
        }

        if (!budget.TryTake())
        {
            TooManyConnections(log, options.ConnectionsMax);
            await Problem.WriteAsync(http, options.TooMany());
            return;
        }

        try
        {
            await RunAsync(http, handshake, () => connect is null ? upgrade!.UpgradeAsync() : connect.AcceptAsync().AsTask());
        }
        finally
        {
            budget.GiveBack();
        }
    }

    private async Task RunAsync(HttpContext http, Handshake handshake, Func<Task<Stream>> accept)
    {
        var headers = http.Response.Headers;
        if (handshake.Accept is not null)
        {
            // Kestrel adds Connection: Upgrade by itself, but not what it is upgraded to; browsers and ClientWebSocket insist on both.
            headers.Upgrade = "websocket";
            headers.SecWebSocketAccept = handshake.Accept;
        }

        if (handshake.Subprotocol is not null)
            headers.SecWebSocketProtocol = handshake.Subprotocol;

        if (handshake.Extensions is not null)
            headers.SecWebSocketExtensions = handshake.Extensions;

        var stream = await accept();
        await using (stream)
        {
            var transport = new PipedTransport(ConnectionOf(http, stream, isWhole: handshake.Accept is not null), handshake.Format, options, TimeProvider.System) { Identity = http.Features.Get<Identity>() };
            await transport.RunAsync(engine.Open);
        }
    }

    private static UpgradedConnection ConnectionOf(HttpContext http, Stream stream, bool isWhole)
    {
        var remote = $"{http.Connection.RemoteIpAddress}:{http.Connection.RemotePort}";

        // A stream among others on its connection, or a server that is not Kestrel: there is no pipe and no socket of its own beneath it.
        if (!isWhole || http.Features.Get<IConnectionTransportFeature>() is not { } connection)
            return new UpgradedConnection(PipeReader.Create(stream, new StreamPipeReaderOptions(useZeroByteReads: true)), stream, null, remote, http.Abort);

        // The pipe beneath the upgraded stream: it holds no buffer while nothing comes, and spares a copy.
        var input = connection.Transport.Input;

        // A client that sends before it has the answer to its handshake (RFC 6455, 4.1, forbids it) gets the server's own way out, behind that answer.
        var isEarly = input.TryRead(out var early);
        if (isEarly)
            input.AdvanceTo(early.Buffer.Start);

        var isPlain = http.Features.Get<ITlsHandshakeFeature>() is null;
        var socket = isPlain && !isEarly ? http.Features.Get<IConnectionSocketFeature>()?.Socket : null;
        return new UpgradedConnection(input, stream, socket, remote, http.Abort);
    }

    [LoggerMessage(EventId = 2101, Level = LogLevel.Warning, Message = "Connections are turned away: {ConnectionsMax} are open already (realtime.limits.connections)")]
    private static partial void TooManyConnections(ILogger log, int connectionsMax);
}

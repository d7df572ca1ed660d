using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace RealTimeActors.Client.Tests.Real;

/// <summary>A real WebSocket server on a free port of this machine. What it says is up to the test.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly Channel<ServerConnection> _connections = Channel.CreateUnbounded<ServerConnection>();
    private readonly Channel<string> _refusals = Channel.CreateUnbounded<string>();
    private readonly WebApplication _application;

    private ScriptedServer(WebApplication application) => _application = application;

    internal Uri Address { get; private set; } = null!;

    /// <summary>What it says to those who come meanwhile, as a problem (RFC 9457) with 503, instead of taking them; null: it takes them.</summary>
    internal string? Refusal { get; set; }

    /// <summary>No test waits longer than this for anything.</summary>
    internal CancellationToken Deadline { get; } = new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    internal static async Task<ScriptedServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var application = builder.Build();
        var server = new ScriptedServer(application);
        application.UseWebSockets();
        application.Map("/v1/ws", server.AcceptAsync);
        await application.StartAsync();
        server.Address = new Uri(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return server;
    }

    internal ValueTask<ServerConnection> NextConnectionAsync() => _connections.Reader.ReadAsync(Deadline);

    /// <summary>Waits until somebody has come whom it does not take.</summary>
    internal async Task RefusesAsync() => await _refusals.Reader.ReadAsync(Deadline);

    /// <summary>Accepts a connection, and greets it.</summary>
    internal async Task<ServerConnection> GreetAsync(params Protocol.Frames.ServerFrame.Subscribed[] subscriptions)
    {
        var connection = await NextConnectionAsync();
        await connection.GreetAsync(subscriptions);
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        while (_connections.Reader.TryRead(out var connection))
            connection.Abort();
        await _application.StopAsync(new CancellationToken(canceled: true));
        await _application.DisposeAsync();
    }

    private async Task AcceptAsync(HttpContext context)
    {
        if (Refusal is { } detail)
        {
            await _refusals.Writer.WriteAsync(detail);
            await Results.Problem(detail, statusCode: StatusCodes.Status503ServiceUnavailable).ExecuteAsync(context);
            return;
        }

        var subprotocol = context.WebSockets.WebSocketRequestedProtocols.Single();
        using var socket = await context.WebSockets.AcceptWebSocketAsync(subprotocol);
        var connection = new ServerConnection(socket, subprotocol == "realtime.v1.json", Deadline);
        await _connections.Writer.WriteAsync(connection);
        await connection.ReadAsync();
    }
}

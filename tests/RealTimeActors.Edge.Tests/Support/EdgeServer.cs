using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using RealTimeActors.Edge.Admission;
using RealTimeActors.Edge.Tests.Support.OpenApi;
using RealTimeActors.Edge.WebSockets.Direct;

namespace RealTimeActors.Edge.Tests.Support;

/// <summary>A real server on a free port of this machine, with a scripted engine behind it.</summary>
internal sealed class EdgeServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly Channel<bool> _taken;

    private EdgeServer(WebApplication application, ScriptedEngine engine, Channel<bool> taken)
    {
        _application = application;
        _taken = taken;
        Engine = engine;
        var addresses = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        Address = new Uri(addresses.Single());
        Http = new HttpClient(new ContractHandler()) { BaseAddress = Address, Timeout = Patience.Limit };
    }

    internal HttpClient Http { get; }

    /// <summary>The addresses that are there.</summary>
    internal IReadOnlyList<RouteEndpoint> Endpoints => [.. ((IEndpointRouteBuilder)_application).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()];

    internal ScriptedEngine Engine { get; }

    internal Uri Address { get; }

    internal static async Task<EdgeServer> StartAsync(EdgeOptions? options = null, bool hidesSocket = false, bool isDirect = false, HttpProtocols? protocols = null)
    {
        var engine = new ScriptedEngine();
        var taken = Channel.CreateUnbounded<bool>();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        options ??= new EdgeOptions();
        var gate = new ConnectionGate(options, TimeProvider.System, NullLogger<ConnectionGate>.Instance);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = protocols ?? listen.Protocols;
            listen.Use(gate.Guard);
            listen.Use(next => connection =>
            {
                taken.Writer.TryWrite(true);
                return next(connection);
            });
        }));
        builder.Services.AddRoutingCore().AddLogging().AddSingleton<IEngine>(engine).AddSingleton(options).AddSingleton(gate);
        if (isDirect && !hidesSocket)
            builder.Services.AddDirectWebSockets();

        var application = builder.Build();
        if (hidesSocket)
        {
            // As it is behind TLS: there is a stream, and no socket that may be written to.
            application.Use((http, next) =>
            {
                http.Features.Set<IConnectionSocketFeature>(null);
                return next(http);
            });
        }

        application.UseRealTimeProblems().UseRouting();
        application.MapRealTimeEdge();
        await application.StartAsync();
        return new EdgeServer(application, engine, taken);
    }

    /// <summary>Waits until Kestrel has been given one more connection. One that is taken before it never is.</summary>
    internal Task KestrelTakesOneAsync() => _taken.Reader.ReadAsync().AsTask().WaitAsync(Patience.Limit);

    internal async Task<RawClient> ConnectAsync(string? subprotocol = null)
    {
        var client = new RawClient(Address);
        await client.UpgradeAsync(subprotocol);
        return client;
    }

    /// <summary>A client and the connection that was opened for it.</summary>
    internal async Task<(RawClient Client, ScriptedConnection Connection)> OpenAsync(string? subprotocol = null)
    {
        var client = await ConnectAsync(subprotocol);
        return (client, await Engine.NextConnectionAsync());
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        using var impatience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _application.StopAsync(impatience.Token);
        await _application.DisposeAsync();
        await Engine.DisposeAsync();
    }
}

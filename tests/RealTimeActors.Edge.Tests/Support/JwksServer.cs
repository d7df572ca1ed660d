using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace RealTimeActors.Edge.Tests.Support;

/// <summary>An issuer's key set over real HTTP, which the test changes.</summary>
internal sealed class JwksServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private int _fetches;

    private JwksServer()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddLogging();
        _application = builder.Build();
        _application.Run(async http =>
        {
            Interlocked.Increment(ref _fetches);
            await Answer(http);
        });
    }

    /// <summary>What the next fetches get.</summary>
    internal Func<HttpContext, Task> Answer { get; set; } = static http => http.Response.WriteAsync("{\"keys\":[]}");

    internal int Fetches => Volatile.Read(ref _fetches);

    internal Uri Url => new($"{_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()}/jwks.json");

    internal static async Task<JwksServer> StartAsync()
    {
        var server = new JwksServer();
        await server._application.StartAsync();
        return server;
    }

    /// <summary>From now on the set has these keys.</summary>
    internal void Publish(params object[] keys)
    {
        var text = JsonSerializer.Serialize(new { keys });
        Answer = http => http.Response.WriteAsync(text);
    }

    internal static object Jwk(string? kid, RSA key)
    {
        var parameters = key.ExportParameters(false);
        return new { kty = "RSA", use = "sig", alg = "RS256", kid, n = Text(parameters.Modulus!), e = Text(parameters.Exponent!) };
    }

    internal static object Jwk(string? kid, ECDsa key)
    {
        var parameters = key.ExportParameters(false);
        return new { kty = "EC", crv = "P-256", kid, x = Text(parameters.Q.X!), y = Text(parameters.Q.Y!) };
    }

    public async ValueTask DisposeAsync()
    {
        using var impatience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _application.StopAsync(impatience.Token);
        await _application.DisposeAsync();
    }

    private static string Text(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}

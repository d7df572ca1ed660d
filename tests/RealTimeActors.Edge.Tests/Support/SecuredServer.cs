using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RealTimeActors.Edge.Authentication.Issuing;
using RealTimeActors.Edge.Authentication.Jwt;
using RealTimeActors.Engine.Access;
using RealTimeActors.Hosting;
using RealTimeActors.Hosting.Settings;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Edge.Tests.Support;

/// <summary>The whole node, as the server puts it together, with everything that it logs.</summary>
internal sealed class SecuredServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private SecuredServer(WebApplication application, LogCapture log)
    {
        _application = application;
        Log = log;
        Address = new Uri(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Http = new HttpClient { BaseAddress = Address, Timeout = Patience.Limit };
    }

    internal Uri Address { get; }

    internal HttpClient Http { get; }

    internal LogCapture Log { get; }

    internal IServiceProvider Services => _application.Services;

    /// <summary>With tokens of the tests' secret.</summary>
    internal static Task<SecuredServer> StartWithTokensAsync(params string[] sets) =>
        StartAsync([$"realtime.auth.jwt.hs256-secret={TokenForge.Secret}", "realtime.auth.mode=jwt", .. sets]);

    internal static async Task<SecuredServer> StartAsync(params string[] sets)
    {
        var log = new LogCapture();
        string[] own = ["realtime.http.port=0", "realtime.journal.provider=memory"];
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddLogging(logging => logging.AddProvider(log).SetMinimumLevel(LogLevel.Trace));
        var settings = SettingsReader.Read(SettingsSource.Load(null, [.. own, .. sets]));
        builder.WebHost.UseRealTimeKestrel(settings);
        builder.AddRealTimeActors(settings);
        var application = builder.Build();
        application.UseRealTimeProblems().UseRouting();
        application.MapRealTimeActors();
        await application.StartAsync();
        return new SecuredServer(application, log);
    }

    internal static string Token(string user = "u1", string pattern = "a.>", Rights rights = Rights.All) =>
        new TokenIssuer(new JwtOptions { Keys = [TokenForge.Shared] }, TimeProvider.System).Issue(new TokenRequest
        {
            Subject = user,
            Lifetime = TimeSpan.FromMinutes(10),
            Channels = [new ChannelGrant(ChannelPattern.Parse(pattern), rights)],
        });

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        using var impatience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _application.StopAsync(impatience.Token);
        await _application.DisposeAsync();
    }
}

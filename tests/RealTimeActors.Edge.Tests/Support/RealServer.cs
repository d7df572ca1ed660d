using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using RealTimeActors.Edge.Tests.Support.OpenApi;
using RealTimeActors.Hosting;
using RealTimeActors.Hosting.Settings;

namespace RealTimeActors.Edge.Tests.Support;

/// <summary>The whole node, as the server puts it together, on a free port and in a directory of its own.</summary>
internal sealed class RealServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly string _directory;

    private RealServer(WebApplication application, string directory)
    {
        _application = application;
        _directory = directory;
        Address = new Uri(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Http = new HttpClient(new ContractHandler()) { BaseAddress = Address, Timeout = Patience.Limit };
    }

    internal Uri Address { get; }

    internal HttpClient Http { get; }

    internal IServiceProvider Services => _application.Services;

    internal static async Task<RealServer> StartAsync(params string[] sets)
    {
        var directory = Directory.CreateTempSubdirectory("realtime-edge-").FullName;
        string[] own = ["realtime.http.port=0", $"realtime.data-directory={directory}"];
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddLogging();
        var settings = SettingsReader.Read(SettingsSource.Load(null, [.. own, .. sets]));
        builder.WebHost.UseRealTimeKestrel(settings);
        builder.AddRealTimeActors(settings);
        var application = builder.Build();
        application.UseRealTimeProblems().UseRouting();
        application.MapRealTimeActors();
        await application.StartAsync();
        return new RealServer(application, directory);
    }

    internal async Task<RawClient> ConnectAsync()
    {
        var client = new RawClient(Address);
        await client.UpgradeAsync(null);
        return client;
    }

    internal Task StopAsync() => _application.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _application.StopAsync();
        await _application.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}

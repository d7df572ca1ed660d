using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace RealTimeActors.Hosting.Tests.Support;

/// <summary>Somebody's ASP.NET application with a node in it: a page of its own, a free port, a directory of its own. It can be started again on the same directory.</summary>
internal sealed class TestApplication : IAsyncDisposable
{
    private readonly string _directory;
    private readonly bool _ownsDirectory;

    private TestApplication(WebApplication application, string directory, bool ownsDirectory)
    {
        Application = application;
        _directory = directory;
        _ownsDirectory = ownsDirectory;
        Address = new Uri(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Http = new HttpClient { BaseAddress = Address, Timeout = Patience.Limit };
    }

    internal WebApplication Application { get; }

    internal Uri Address { get; }

    internal HttpClient Http { get; }

    internal IChannels Channels => Application.Services.GetRequiredService<IChannels>();

    /// <summary>An application that is built and not started, with a node whose data lie in the directory.</summary>
    internal static WebApplication Build(
        string directory,
        Action<RealTimeActorsOptions>? configure = null,
        Action<WebApplicationBuilder>? build = null,
        Action<WebApplication>? map = null,
        string prefix = "",
        params (string Key, string Value)[] configuration)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = directory });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(configuration.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)));
        builder.AddRealTimeActors(configure);
        build?.Invoke(builder);

        var application = builder.Build();
        application.MapGet("/", () => "the application's own page");
        application.MapPost("/fails", string () => throw new InvalidOperationException("a fault of the application's own"));
        map?.Invoke(application);
        application.MapRealTimeActors(prefix);
        return application;
    }

    internal static async Task<TestApplication> StartAsync(
        Action<RealTimeActorsOptions>? configure = null,
        Action<WebApplicationBuilder>? build = null,
        Action<WebApplication>? map = null,
        string prefix = "",
        string? directory = null,
        params (string Key, string Value)[] configuration)
    {
        var own = directory ?? NewDirectory();
        var application = Build(own, configure, build, map, prefix, configuration);
        await application.StartAsync();
        return new TestApplication(application, own, directory is null);
    }

    internal static string NewDirectory() => Directory.CreateTempSubdirectory("realtime-hosting-").FullName;

    internal Task StopAsync() => Application.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Application.StopAsync();
        await Application.DisposeAsync();
        if (_ownsDirectory)
            Directory.Delete(_directory, recursive: true);
    }
}

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace RealTimeActors.Benchmarks.Peers;

/// <summary>The smallest SignalR server that does W1 and W4: a channel is a group, a publish is a send to the group.</summary>
internal sealed class BenchHub : Hub
{
    public Task Subscribe(string channel) => Groups.AddToGroupAsync(Context.ConnectionId, channel);

    public Task Publish(string channel, string data) => Clients.Group(channel).SendAsync("event", data);

    /// <summary>The child mode <c>peer-signalr PORT</c>.</summary>
    internal static async Task<int> Serve(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        // The subscribers of the load side never speak; they shall not be taken for dead.
        builder.Services.AddSignalR(options => options.ClientTimeoutInterval = TimeSpan.FromMinutes(10));
        await using var app = builder.Build();
        app.MapGet("/readyz", () => "ready");
        app.MapHub<BenchHub>("/hub");
        await app.RunAsync();
        return 0;
    }
}

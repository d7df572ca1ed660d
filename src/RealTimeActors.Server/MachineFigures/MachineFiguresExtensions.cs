using Microsoft.Extensions.DependencyInjection.Extensions;
using RealTimeActors.Actors;
using RealTimeActors.Engine.Channels;

namespace RealTimeActors.Server.MachineFigures;

/// <summary>Adds this machine's figures to a server.</summary>
public static class MachineFiguresExtensions
{
    /// <summary>
    /// Publishes CPU, memory, disk and network figures of this machine to <c>machine.&lt;host&gt;.cpu</c>, <c>.memory</c>, <c>.disk</c> and
    /// <c>.network</c>, as events without a receipt. On a machine without Linux's <c>/proc</c> it says so once in the log and stays quiet.
    /// </summary>
    /// <param name="services">The server's.</param>
    /// <param name="channels">The ref that takes commands for channels; asked for at each event, so it may become available after the start.</param>
    /// <param name="enabled"><c>realtime.machine-figures.enabled</c>.</param>
    /// <param name="every"><c>realtime.machine-figures.every</c>: the time between two looks, 100 ms to one hour.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="every"/> is outside its range.</exception>
    public static IServiceCollection AddMachineFigures(
        this IServiceCollection services, Func<IServiceProvider, IActorRef<ChannelCommand>> channels, bool enabled = true, TimeSpan? every = null)
    {
        var pace = every ?? TimeSpan.FromSeconds(1);
        if (pace < TimeSpan.FromMilliseconds(100) || pace > TimeSpan.FromHours(1))
            throw new ArgumentOutOfRangeException(nameof(every), pace, "realtime.machine-figures.every is expected to be 100 ms to 1 h.");

        var machine = new MachineChannels(Environment.MachineName);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(new MachineDescription(
            machine.Host, enabled, (long)pace.TotalMilliseconds, enabled ? [.. machine.All.Select(channel => channel.Value)] : []));
        if (enabled)
        {
            services.AddHostedService(provider => new MachineFiguresListener(
                new MachineFiguresReader("/proc", machine, provider.GetRequiredService<TimeProvider>()),
                () => channels(provider),
                pace,
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<MachineFiguresListener>>()));
        }

        return services;
    }

    /// <summary>Tells the live page which channels to follow: <c>GET /page/machine.json</c>.</summary>
    /// <param name="endpoints">Of a server with <see cref="AddMachineFigures"/>.</param>
    public static IEndpointRouteBuilder MapMachineFigures(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/page/machine.json", static (HttpContext context, MachineDescription machine) =>
        {
            context.Response.Headers.CacheControl = "no-store";
            return Results.Json(machine, FiguresJson.Default.MachineDescription);
        }).ExcludeFromDescription();
        return endpoints;
    }
}

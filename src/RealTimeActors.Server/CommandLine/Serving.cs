using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using RealTimeActors.Edge;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Hosting;
using RealTimeActors.Hosting.Settings;
using RealTimeActors.Persistence.PostgreSql;
using RealTimeActors.Persistence.Sqlite;
using RealTimeActors.Protocol.Names;
using RealTimeActors.Server.FundingSheet;
using RealTimeActors.Server.LivePage;
using RealTimeActors.Server.MachineFigures;
using RealTimeActors.Sharding.Tcp;

namespace RealTimeActors.Server.CommandLine;

/// <summary>The command <c>serve</c>: builds the application, runs it to its end, and says in one line what could not be done.</summary>
internal static class Serving
{
    /// <returns>What the program exits with.</returns>
    /// <exception cref="CommandException">It cannot start: port, port for other nodes, data directory or journal.</exception>
    internal static async Task<int> RunAsync(ServerSettings settings)
    {
        try
        {
            await using var application = Build(settings);
            await application.StartAsync();
            Announce(application, settings);
            await application.WaitForShutdownAsync();
            return application.Services.WhyRealTimeActorsStopped() is null ? Exit.Done : Exit.Displaced;
        }
        catch (SqliteJournalException journal)
        {
            throw new CommandException(journal.Message, journal);
        }
        catch (PostgreSqlStoreException store)
        {
            throw new CommandException(store.Message, store);
        }
        catch (TcpNodesException wire)
        {
            throw new CommandException($"{wire.Message} Check realtime.cluster.host and realtime.cluster.port.", wire);
        }
        catch (IOException taken) when (taken.InnerException is AddressInUseException)
        {
            throw new CommandException(
                $"Port {settings.Port} on {settings.Host} is taken by another process. Stop it, or choose another port with --set realtime.http.port=….", taken);
        }
        catch (SocketException refused)
        {
            throw new CommandException($"Cannot listen on {settings.Host} port {settings.Port}: {refused.Message}. Check realtime.http.host and realtime.http.port.", refused);
        }
        catch (Exception denied) when (denied is UnauthorizedAccessException or IOException)
        {
            throw new CommandException($"The data directory {Path.GetFullPath(settings.DataDirectory)} cannot be used: {denied.Message}", denied);
        }
    }

    private static WebApplication Build(ServerSettings settings)
    {
        // Empty: no appsettings.json, no environment variables. What the server does stands in its configuration, and nowhere else.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            // The time of the machine's place changes twice a year; nodes' logs are read side by side.
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
        }).SetMinimumLevel(settings.LogLevel);
        // The host logs a failed start with its stack; here it becomes one line for the operator.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.Configure<ConsoleLifetimeOptions>(lifetime => lifetime.SuppressStatusMessages = true);

        builder.WebHost.UseRealTimeKestrel(settings);
        settings = WithMachineRule(settings);
        settings = settings with { Engine = settings.Engine.WithFundingSheet() };
        builder.AddRealTimeActors(settings);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = settings.DrainWithin + TimeSpan.FromSeconds(10));
        builder.Services.AddMachineFigures(
            services => services.GetRequiredService<IEngine>().Channels, settings.MachineFiguresEnabled, settings.MachineFiguresEvery);

        var application = builder.Build();
        application.UseLivePage();
        application.UseRealTimeProblems().UseRouting();
        application.MapRealTimeActors();
        application.MapMachineFigures();
        application.MapFundingSheet(settings.Engine);
        return application;
    }

    /// <summary>Four events a second for ever would fill any disk: this machine's figures are kept for a day, unless the configuration names their channels.</summary>
    private static ServerSettings WithMachineRule(ServerSettings settings)
    {
        if (!settings.MachineFiguresEnabled)
            return settings;

        var rule = (ChannelPattern.Parse("machine.>"), new ChannelSettings { Retention = new RetentionRule { Age = TimeSpan.FromDays(1) } });
        return settings with { Engine = settings.Engine with { Channels = [.. settings.Engine.Channels, rule] } };
    }

    private static void Announce(WebApplication application, ServerSettings settings)
    {
        var addresses = application.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses;
        var journal = settings.Journal switch
        {
            JournalProvider.Memory => "journal: memory, gone with the process",
            JournalProvider.PostgreSql => $"data: {settings.DataDirectory}, journal: postgresql, schema {settings.PostgreSql!.Schema}",
            _ => $"data: {settings.DataDirectory}, journal: sqlite",
        };
        Console.WriteLine($"Listening on {string.Join(" ", addresses)}  ({journal})");
    }
}

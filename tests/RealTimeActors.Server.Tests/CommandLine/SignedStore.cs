using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RealTimeActors.Dispatch.Asking;
using RealTimeActors.Edge;
using RealTimeActors.Engine.Integrity.Checkpoints;
using RealTimeActors.Hosting;
using RealTimeActors.Hosting.Settings;
using RealTimeActors.Protocol.Integrity;
using RealTimeActors.Server.CommandLine.Log;
using SQLitePCL;

namespace RealTimeActors.Server.Tests.CommandLine;

/// <summary>A data directory that a real node has filled with a few logs and checkpoints, and what somebody may do to it.</summary>
internal sealed class SignedStore : IDisposable
{
    private readonly (string Path, string Value)[] _settings;

    internal SignedStore(params (string Path, string Value)[] more)
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("signed-store-").FullName;
        _settings = [("realtime.data-directory", Directory), .. more];
        Settings = SettingsReader.Read(new ConfigurationBuilder()
            .AddInMemoryCollection(_settings.Select(setting => KeyValuePair.Create(setting.Path.Replace('.', ':'), (string?)setting.Value))).Build());
    }

    internal string Directory { get; }

    internal ServerSettings Settings { get; }

    /// <summary>Runs a node on it for as long as the work takes.</summary>
    internal async Task RunAsync(Func<IChannels, IEngine, Task> work)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.AddRealTimeActors(options =>
        {
            foreach (var (path, value) in _settings)
                options.Set(path, value);

            options.Set("realtime.integrity.checkpoints.every", "100ms");
        });
        using var host = builder.Build();
        await host.StartAsync();
        await work(host.Services.GetRequiredService<IChannels>(), host.Services.GetRequiredService<IEngine>());
        await host.StopAsync();
    }

    /// <summary>So many events in each of the channels, and a checkpoint that covers all of them.</summary>
    internal Task FillAsync(int events, params string[] channels) => RunAsync(async (node, engine) =>
    {
        for (var i = 1; i <= events; i++)
        {
            foreach (var channel in channels)
                await node.PublishAsync(channel, "grant.updated", new { grant = i, note = $"canary-{i:00}" });
        }

        await SignedAsync(engine, channels, events);
    });

    /// <summary>The newest checkpoint with its heads, once it covers so much.</summary>
    internal static async Task<CheckpointReply.Shown> SignedAsync(IEngine engine, string[] channels, long offset)
    {
        while (true)
        {
            var shown = (CheckpointReply.Shown)await engine.System.AskAsync<CheckpointCommand, CheckpointReply>(
                engine.Checkpoints!, replyTo => new CheckpointCommand.ShowLatest(true, replyTo), TimeSpan.FromSeconds(60), CancellationToken.None);
            if (channels.All(channel => shown.Heads!.Any(head => head.Channel == channel && head.Offset >= offset)))
                return shown;
        }
    }

    /// <summary>Writes a checkpoint to a file outside of the store.</summary>
    internal string Keep(CheckpointReply.Shown shown, bool withHeads)
    {
        var file = Path.Combine(Directory, $"kept-{Guid.NewGuid():N}.json");
        using var stream = File.Create(file);
        using var json = new Utf8JsonWriter(stream);
        CheckpointJson.Write(json, shown.Checkpoint!, withHeads ? shown.Heads : null);
        return file;
    }

    internal StoreVerification Verify(string? checkpoint = null, params string[] keys) => StoreVerification.Run(Settings, keys, checkpoint, null, CancellationToken.None);

    /// <summary>Does something to the database behind everybody's back.</summary>
    internal void Change(Action<sqlite3> change)
    {
        Batteries_V2.Init();
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_open(Path.Combine(Directory, "journal.db"), out var database));
        using (database)
        {
            // Nothing of this has to outlive a power cut.
            Assert.Equal(raw.SQLITE_OK, raw.sqlite3_exec(database, "PRAGMA synchronous = OFF"));
            change(database);
        }
    }

    /// <summary>Keeps the database open: the last one that closes it copies its log, which takes longer than ten thousand changes do.</summary>
    internal IDisposable HoldOpen()
    {
        Batteries_V2.Init();
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_open(Path.Combine(Directory, "journal.db"), out var database));
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_exec(database, "SELECT count(*) FROM streams"));
        return database;
    }

    internal void Execute(string sql) => Change(database => Assert.Equal(raw.SQLITE_OK, raw.sqlite3_exec(database, sql)));

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);
}

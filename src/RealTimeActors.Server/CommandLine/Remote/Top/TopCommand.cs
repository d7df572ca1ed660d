using System.CommandLine;
using System.Text.Json;
using Spectre.Console;

namespace RealTimeActors.Server.CommandLine.Remote.Top;

/// <summary><c>realtime top</c>: a server's live figures in the terminal.</summary>
internal sealed class TopCommand
{
    private const int ChannelsLooked = 1_000;

    private readonly RemoteOptions _remote = new();
    private readonly Option<double> _every = new("--every") { Description = "Seconds between two looks.", DefaultValueFactory = _ => 1 };
    private readonly Option<bool> _once = new("--once") { Description = "Look once, print, and end." };

    internal static Command Create() => new TopCommand().Build();

    private Command Build()
    {
        var command = new Command("top", "Shows a server's figures, live. With --json, or where nobody looks at it directly, one look after the other is printed.") { _every, _once };
        _remote.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Running.RunAsync(() => RunAsync(parsed, cancellationToken)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var every = parsed.GetValue(_every);
        if (every is not (>= 0.1 and <= 3_600))
            throw new CommandException($"--every: seconds from 0.1 to 3600 are expected; {every} came.");

        using var server = _remote.Server(parsed);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(every));
        var views = ViewsAsync(server, timer, cancellationToken);
        var isLive = !Console.IsOutputRedirected && !_remote.IsJson(parsed) && !parsed.GetValue(_once) && AnsiConsole.Profile.Capabilities is { Ansi: true, Interactive: true };
        if (isLive)
        {
            await AnsiConsole.Live(new Text("")).StartAsync(async live =>
            {
                await foreach (var view in views)
                    live.UpdateTarget(view.Render());
            });
            return Exit.Done;
        }

        await foreach (var view in views)
        {
            if (_remote.IsJson(parsed))
                Console.WriteLine(JsonSerializer.Serialize(view.ToJson()));
            else
                Cells.Print(view.Render());

            if (parsed.GetValue(_once))
                break;
        }

        return Exit.Done;
    }

    private static async IAsyncEnumerable<TopView> ViewsAsync(
        RemoteServer server, PeriodicTimer timer, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var before = MetricsSample.Read(await server.GetAsync("/metrics", cancellationToken));
        var heads = HeadsOf(await ChannelsAsync(server, cancellationToken));
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            var now = MetricsSample.Read(await server.GetAsync("/metrics", cancellationToken));
            var channels = await ChannelsAsync(server, cancellationToken);
            yield return new TopView(await server.GetAsync("/v1/server", cancellationToken), before, now, heads, channels);
            (before, heads) = (now, HeadsOf(channels));
        }
    }

    private static async Task<IReadOnlyList<JsonElement>> ChannelsAsync(RemoteServer server, CancellationToken cancellationToken) =>
        await server.AllAsync("/v1/channels", ChannelsLooked, cancellationToken).ToListAsync(cancellationToken);

    private static Dictionary<string, long> HeadsOf(IReadOnlyList<JsonElement> channels) => channels
        .Where(channel => channel.GetProperty("head").ValueKind == JsonValueKind.Number)
        .ToDictionary(channel => channel.GetProperty("channel").GetString()!, channel => channel.GetProperty("head").GetInt64(), StringComparer.Ordinal);
}

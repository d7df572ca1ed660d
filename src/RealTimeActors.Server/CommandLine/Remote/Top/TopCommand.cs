using System.CommandLine;
using System.Text.Json;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace RealTimeActors.Server.CommandLine.Remote.Top;

/// <summary><c>realtime top</c>: a server's live figures in the terminal.</summary>
internal sealed class TopCommand
{
    private const int ChannelsLooked = 1_000;

    private readonly RemoteOptions _remote = new();
    private readonly Option<double> _every = Watching.Every();
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
        using var server = _remote.Server(parsed);
        if (!Console.IsOutputRedirected && !_remote.IsJson(parsed) && !parsed.GetValue(_once) && AnsiConsole.Profile.Capabilities is { Ansi: true, Interactive: true })
        {
            await AnsiConsole.Live(new Text("")).StartAsync(async live =>
            {
                IRenderable newest = new Text("");
                await LookAsync(
                    parsed, server,
                    view =>
                    {
                        live.UpdateTarget(newest = view.Render());
                        return true;
                    },
                    trouble => live.UpdateTarget(new Rows(newest, new Text(trouble))),
                    cancellationToken);
            });
            return Exit.Done;
        }

        await LookAsync(
            parsed, server,
            view =>
            {
                if (_remote.IsJson(parsed))
                    Console.WriteLine(JsonSerializer.Serialize(view.ToJson()));
                else
                    Cells.Print(view.Render());

                return !parsed.GetValue(_once);
            },
            Console.Error.WriteLine,
            cancellationToken);
        return Exit.Done;
    }

    /// <summary>Figures are told by the second, so that each view stands on two looks.</summary>
    private async Task LookAsync(ParseResult parsed, RemoteServer server, Func<TopView, bool> show, Action<string> trouble, CancellationToken cancellationToken)
    {
        MetricsSample? before = null;
        Dictionary<string, long> heads = [];
        await Watching.UntilEnoughAsync(
            parsed.GetValue(_every),
            async () =>
            {
                var now = MetricsSample.Read(await server.GetAsync("/metrics", cancellationToken));
                var channels = await ChannelsAsync(server, cancellationToken);
                var goesOn = before is null || show(new TopView(await server.GetAsync("/v1/server", cancellationToken), before, now, heads, channels));
                (before, heads) = (now, HeadsOf(channels));
                return goesOn;
            },
            why =>
            {
                // One that was away may have begun to count anew.
                before = null;
                trouble(why);
            },
            cancellationToken);
    }

    private static async Task<IReadOnlyList<JsonElement>> ChannelsAsync(RemoteServer server, CancellationToken cancellationToken) =>
        await server.AllAsync("/v1/channels", ChannelsLooked, cancellationToken).ToListAsync(cancellationToken);

    private static Dictionary<string, long> HeadsOf(IReadOnlyList<JsonElement> channels) => channels
        .Where(channel => channel.GetProperty("head").ValueKind == JsonValueKind.Number)
        .ToDictionary(channel => channel.GetProperty("channel").GetString()!, channel => channel.GetProperty("head").GetInt64(), StringComparer.Ordinal);
}

using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;
using RealTimeActors.Server.CommandLine.Remote;

namespace RealTimeActors.Server.CommandLine.Bench;

/// <summary><c>realtime bench</c>: puts load on a server and says what it took.</summary>
internal sealed class BenchCommand
{
    private readonly RemoteOptions _remote = new();
    private readonly Option<string> _channel = new("--channel") { Description = "Where to. Its events stay where the channel is durable.", DefaultValueFactory = _ => "bench.events" };
    private readonly Option<int> _publishers = new("--publishers") { Description = "Connections that publish.", DefaultValueFactory = _ => 1 };
    private readonly Option<int> _subscribers = new("--subscribers") { Description = "Connections that follow; 0: only publish.", DefaultValueFactory = _ => 10 };
    private readonly Option<int> _inFlight = new("--in-flight") { Description = "Events that each publisher has under way.", DefaultValueFactory = _ => 32 };
    private readonly Option<int> _bytes = new("--bytes") { Description = "Bytes of data of each event.", DefaultValueFactory = _ => 100 };
    private readonly Option<double> _seconds = new("--seconds") { Description = "How long it is measured, after a second to get warm.", DefaultValueFactory = _ => 10 };
    private readonly Option<Confirm> _confirm = WordOption.Of("--confirm", "What each publish waits for.", Confirm.Persisted, except: Confirm.None);

    internal static Command Create() => new BenchCommand().Build();

    private Command Build()
    {
        var command = new Command("bench", "Puts load on a server and prints rates and latencies. This program shares the machine's cores with a server that runs on it.")
        {
            _channel, _publishers, _subscribers, _inFlight, _bytes, _seconds, _confirm,
        };
        _remote.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Running.RunAsync(() => RunAsync(parsed, cancellationToken)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var server = _remote.Server(parsed);
        var channel = parsed.GetRequiredValue(_channel);
        if (!ChannelName.TryParse(channel, out _, out var error))
            throw new CommandException($"--channel {channel}: {error}");

        var run = new BenchRun(
            server,
            channel,
            Within(parsed, _publishers, 1, 10_000),
            Within(parsed, _subscribers, 0, 10_000),
            Within(parsed, _inFlight, 1, 10_000),
            Within(parsed, _bytes, 20, 60_000),
            parsed.GetValue(_confirm));
        if (parsed.GetValue(_seconds) is not (>= 0.1 and <= 86_400))
            throw new CommandException($"--seconds: a number from 0.1 to 86400 is expected; {parsed.GetValue(_seconds)} came.");

        var result = await run.RunAsync(TimeSpan.FromSeconds(parsed.GetValue(_seconds)), cancellationToken);
        Console.WriteLine(_remote.IsJson(parsed) ? JsonSerializer.Serialize(result.ToJson()) : Say(result));
        return Exit.Done;
    }

    private static int Within(ParseResult parsed, Option<int> option, int min, int max) => parsed.GetValue(option) is var value && value >= min && value <= max
        ? value
        : throw new CommandException($"{option.Name}: a number from {min} to {max} is expected; {value} came.");

    private static string Say(BenchResult result)
    {
        var published = $"published {Number(result.Published)} ({Number(result.PublishedPerSecond)}/s, {result.Confirm}): {Line(result.Receipts)}";
        return result.Subscribers == 0 ? published : $"{published}\nreceived  {Number(result.Received)} ({Number(result.ReceivedPerSecond)}/s): {Line(result.Deliveries)}";
    }

    private static string Line(Latencies of) => string.Create(
        CultureInfo.InvariantCulture, $"p50 {of.Milliseconds(0.5):0.00} ms, p99 {of.Milliseconds(0.99):0.00} ms, p99.9 {of.Milliseconds(0.999):0.00} ms, max {of.Milliseconds(1):0.00} ms");

    private static string Number(double of) => of.ToString("#,0", CultureInfo.InvariantCulture);
}

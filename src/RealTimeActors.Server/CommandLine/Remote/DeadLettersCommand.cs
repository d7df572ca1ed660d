using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RealTimeActors.Server.CommandLine.Remote;

/// <summary><c>realtime dlq</c>: what clients gave up on, and publishing it again.</summary>
internal sealed class DeadLettersCommand
{
    private const int PageItems = 1_000;

    private readonly RemoteOptions _remote = new();
    private readonly Argument<string> _channel = new("CHANNEL") { Description = "The channel whose events were given up, not that of the letters." };
    private readonly Option<int> _limit = new("--limit") { Description = "The most that are listed, the newest.", DefaultValueFactory = _ => 100 };
    private readonly Option<long?> _offset = new("--offset") { Description = "Replays this letter." };
    private readonly Option<bool> _all = new("--all") { Description = "Replays every letter that there is now. Each is published again once in its life, however often it is asked for." };

    internal static Command Create() => new DeadLettersCommand().Build();

    private Command Build()
    {
        var list = new Command("list", "Lists the dead letters of a channel.") { _channel, _limit };
        _remote.AddTo(list);
        list.SetAction((parsed, cancellationToken) => Running.RunAsync(() => ListAsync(parsed, cancellationToken)));

        var replay = new Command("replay", "Publishes dead letters to their channel again.") { _channel, _offset, _all };
        _remote.AddTo(replay);
        replay.SetAction((parsed, cancellationToken) => Running.RunAsync(() => ReplayAsync(parsed, cancellationToken)));

        return new Command("dlq", "Dead letters: events that clients could not process, after the last attempt.") { list, replay };
    }

    private async Task<int> ListAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var server = _remote.Server(parsed);
        var table = new Listing("LETTER", "EVENT", "TYPE", "ATTEMPTS", "SESSION", "USER", "REASON");
        var from = $"last:{Math.Clamp(parsed.GetValue(_limit), 1, PageItems)}";
        var page = await server.GetAsync($"{Address(parsed)}?from={Uri.EscapeDataString(from)}&limit={PageItems}", cancellationToken);
        foreach (var letter in page.GetProperty("items").EnumerateArray())
        {
            if (_remote.IsJson(parsed))
            {
                Console.WriteLine(letter.GetRawText());
                continue;
            }

            var data = letter.GetProperty("data");
            var origin = data.GetProperty("origin");
            table.AddRow([Cells.Of(letter, "offset"), Cells.Of(origin, "offset"), Cells.Of(origin, "type"), Cells.Of(data, "attempts"), Cells.Of(data, "session"), Cells.Of(data, "user"), Cells.Of(data, "reason")]);
        }

        if (!_remote.IsJson(parsed))
            table.Print();

        return Exit.Done;
    }

    private async Task<int> ReplayAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var offset = parsed.GetValue(_offset);
        if (parsed.GetValue(_all) == offset is not null)
            throw new CommandException("--offset N for one letter or --all for every one is expected; neither, or both, came.") { ExitCode = Exit.Unusable };

        using var server = _remote.Server(parsed);
        var body = offset is { } one ? new JsonObject { ["offset"] = one } : new JsonObject { ["all"] = true };
        var (replayed, already, failed) = (0L, 0L, 0L);
        while (true)
        {
            using var content = JsonContent.Create(body);
            var answer = await server.PostAsync($"{Address(parsed)}/replay", content, headers: null, cancellationToken);
            replayed += answer.GetProperty("replayed").GetInt64();
            already += answer.GetProperty("already").GetInt64();
            failed += answer.GetProperty("failed").GetInt64();
            foreach (var failure in answer.GetProperty("failures").EnumerateArray())
                Console.Error.WriteLine($"letter {failure.GetProperty("offset").GetInt64()}: {failure.GetProperty("reason").GetString()}");

            if (answer.GetProperty("next") is not { ValueKind: JsonValueKind.Number } next)
                break;

            body = new JsonObject { ["all"] = true, ["after"] = next.GetInt64(), ["upTo"] = answer.GetProperty("upTo").GetInt64() };
        }

        Console.WriteLine(_remote.IsJson(parsed)
            ? new JsonObject { ["replayed"] = replayed, ["already"] = already, ["failed"] = failed }.ToJsonString()
            : string.Create(CultureInfo.InvariantCulture, $"{replayed} published again, {already} had been before, {failed} could not be."));
        return failed == 0 ? Exit.Done : Exit.No;
    }

    private string Address(ParseResult parsed) => $"/v1/channels/{Segment.Of(_channel.Name, parsed.GetValue(_channel)!)}/dead-letters";
}

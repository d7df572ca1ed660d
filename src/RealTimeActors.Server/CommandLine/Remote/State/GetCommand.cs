using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;

namespace RealTimeActors.Server.CommandLine.Remote.State;

/// <summary><c>realtime state get</c>: one entry, or all of them as of one offset.</summary>
internal sealed class GetCommand
{
    private const int PageEntries = 1_000;

    private static readonly JsonSerializerOptions _asItIs = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly RemoteOptions _remote = new();
    private readonly Argument<string> _channel = StateCommand.Channel();
    private readonly Argument<string?> _key = new("KEY") { Description = "Only this entry: its value is printed. Absent: all of them.", DefaultValueFactory = _ => null };
    private readonly Option<long?> _at = new("--at") { Description = "The state as it was after this offset, as long as the log reaches back.", HelpName = "OFFSET" };
    private readonly Option<int> _limit = new("--limit") { Description = "The most entries that are listed.", DefaultValueFactory = _ => 10_000 };

    internal static Command Create() => new GetCommand().Build();

    private Command Build()
    {
        var command = new Command("get", "Prints the value of an entry, or lists all with their versions.") { _channel, _key, _at, _limit };
        _remote.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Running.RunAsync(() => parsed.GetValue(_key) is { } key
            ? OneAsync(parsed, key, cancellationToken)
            : ListAsync(parsed, cancellationToken)));
        return command;
    }

    private async Task<int> OneAsync(ParseResult parsed, string key, CancellationToken cancellationToken)
    {
        using var server = _remote.Server(parsed);
        var at = parsed.GetValue(_at) is { } offset ? string.Create(CultureInfo.InvariantCulture, $"?at={offset}") : "";
        var entry = await server.GetAsync($"{StateCommand.Address(parsed.GetRequiredValue(_channel), key)}{at}", cancellationToken);
        Console.WriteLine(_remote.IsJson(parsed) ? entry.GetRawText() : entry.GetProperty("value").GetRawText());
        return Exit.Done;
    }

    private async Task<int> ListAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var server = _remote.Server(parsed);
        var table = new Listing("KEY", "VERSION", "VALUE");
        await foreach (var (key, entry) in AllAsync(server, parsed, cancellationToken))
        {
            if (_remote.IsJson(parsed))
                Console.WriteLine($"{{\"key\":{JsonSerializer.Serialize(key, _asItIs)},\"version\":{Cells.Of(entry, "version")},\"value\":{entry.GetProperty("value").GetRawText()}}}");
            else
                table.AddRow([Markup.Escape(key), Cells.Of(entry, "version"), Markup.Escape(entry.GetProperty("value").GetRawText())]);
        }

        if (!_remote.IsJson(parsed))
            table.Print();

        return Exit.Done;
    }

    /// <summary>Page by page, all as of the offset of the first, so that what is listed is one state.</summary>
    private async IAsyncEnumerable<(string Key, JsonElement Entry)> AllAsync(RemoteServer server, ParseResult parsed, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var address = StateCommand.Address(parsed.GetRequiredValue(_channel), null);
        var at = parsed.GetValue(_at);
        var left = parsed.GetValue(_limit);
        string? after = null;
        while (left > 0)
        {
            var page = await server.GetAsync(
                string.Create(CultureInfo.InvariantCulture,
                    $"{address}?limit={Math.Min(left, PageEntries)}{(at is null ? "" : $"&at={at}")}{(after is null ? "" : $"&after={Uri.EscapeDataString(after)}")}"),
                cancellationToken);
            foreach (var entry in page.GetProperty("entries").EnumerateObject())
            {
                yield return (entry.Name, entry.Value);
                left--;
            }

            after = page.GetProperty("next").GetString();
            if (after is null)
                yield break;

            at ??= page.GetProperty("offset").GetInt64();
        }
    }
}

using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace RealTimeActors.Server.CommandLine.Remote.State;

/// <summary><c>realtime state history</c>: how an entry came to be, mutation by mutation.</summary>
internal sealed class HistoryCommand
{
    private const int PageEvents = 1_000;

    private readonly RemoteOptions _remote = new();
    private readonly Argument<string> _channel = StateCommand.Channel();
    private readonly Argument<string> _key = StateCommand.Key();
    private readonly Option<string> _from = new("--from") { Description = "Where to begin: earliest, an offset, or last:N (of the channel's events).", DefaultValueFactory = _ => "earliest", HelpName = "WHERE" };
    private readonly Option<int> _limit = new("--limit") { Description = "The most that are listed.", DefaultValueFactory = _ => 10_000 };

    internal static Command Create() => new HistoryCommand().Build();

    private Command Build()
    {
        var command = new Command("history", "Lists the mutations of an entry that are still in the log: who, what, and what became of it.") { _channel, _key, _from, _limit };
        _remote.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Running.RunAsync(() => ListAsync(parsed, cancellationToken)));
        return command;
    }

    private async Task<int> ListAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var server = _remote.Server(parsed);
        var address = $"{StateCommand.Address(parsed.GetRequiredValue(_channel), parsed.GetRequiredValue(_key))}/history";
        var table = new Listing("OFFSET", "TIME", "BY", "OPERATION", "RESULT", "VERSION", "DECIDED", "VALUE");
        var from = parsed.GetRequiredValue(_from);
        var left = parsed.GetValue(_limit);
        while (left > 0)
        {
            var page = await server.GetAsync(string.Create(CultureInfo.InvariantCulture, $"{address}?from={Uri.EscapeDataString(from)}&limit={Math.Min(left, PageEvents)}"), cancellationToken);
            foreach (var item in page.GetProperty("items").EnumerateArray())
            {
                left--;
                if (_remote.IsJson(parsed))
                    Console.WriteLine(item.GetRawText());
                else
                    Add(table, item);
            }

            if (page.GetProperty("next") is not { ValueKind: JsonValueKind.Number } next)
                break;

            from = next.GetRawText();
        }

        if (!_remote.IsJson(parsed))
            table.Print();

        return Exit.Done;
    }

    private static void Add(Listing table, JsonElement item)
    {
        var data = item.GetProperty("data");
        var value = data.TryGetProperty("value", out var given) ? Markup.Escape(given.GetRawText()) : "–";
        table.AddRow([Cells.Of(item, "offset"), Cells.Of(item, "time"), Cells.Of(item, item.TryGetProperty("user", out _) ? "user" : "session"), Cells.Of(data, "operation"), Cells.Of(data, "result"), Cells.Of(data, "version"), Markup.Escape(Decided(data)), value]);
    }

    /// <summary>Where which rule decided, and where what was there before has stayed: <c>votes.a by sum; title kept for washington</c>.</summary>
    private static string Decided(JsonElement data)
    {
        var (byRule, keptFor) = (Texts(data, "by"), Texts(data, "keptFor"));
        var kept = data.TryGetProperty("kept", out var paths) ? paths.EnumerateArray().Select(path => path.GetString()!).ToList() : [];
        var decided = byRule.Where(one => !kept.Contains(one.Key, StringComparer.Ordinal)).Select(one => $"{one.Key} by {one.Value}");
        var stayed = kept.Select(path => $"{path} kept{(keptFor.TryGetValue(path, out var who) ? $" for {who}" : "")}{(byRule.TryGetValue(path, out var rule) ? $" by {rule}" : "")}");
        var text = string.Join("; ", decided.Concat(stayed));
        return text.Length > 0 ? text : "–";
    }

    private static Dictionary<string, string> Texts(JsonElement data, string name) => data.TryGetProperty(name, out var members)
        ? members.EnumerateObject().ToDictionary(member => member.Name, member => member.Value.GetString()!, StringComparer.Ordinal)
        : [];
}

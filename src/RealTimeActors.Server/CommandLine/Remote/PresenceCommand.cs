using System.CommandLine;
using System.Globalization;
using Spectre.Console;

namespace RealTimeActors.Server.CommandLine.Remote;

/// <summary><c>realtime presence</c>: who is in a channel.</summary>
internal sealed class PresenceCommand
{
    private readonly RemoteOptions _remote = new();
    private readonly Argument<string> _channel = new("CHANNEL") { Description = "Where, as funding.grants." };
    private readonly Option<int> _limit = new("--limit") { Description = "The most that are listed, in the order of their sessions.", DefaultValueFactory = _ => 1_000 };
    private readonly Option<bool> _count = new("--count") { Description = "Only how many are there." };

    internal static Command Create() => new PresenceCommand().Build();

    private Command Build()
    {
        var command = new Command("presence", "Lists who is in a channel, with the state of each. With --json each line is one of them.") { _channel, _limit, _count };
        _remote.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Running.RunAsync(() => parsed.GetValue(_count) ? CountAsync(parsed, cancellationToken) : ListAsync(parsed, cancellationToken)));
        return command;
    }

    private async Task<int> CountAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var server = _remote.Server(parsed);
        var page = await server.GetAsync($"{Address(parsed)}?limit=1", cancellationToken);
        var count = page.GetProperty("count").GetInt64();
        Console.WriteLine(_remote.IsJson(parsed) ? $"{{\"count\":{count.ToString(CultureInfo.InvariantCulture)}}}" : count.ToString(CultureInfo.InvariantCulture));
        return Exit.Done;
    }

    private async Task<int> ListAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var server = _remote.Server(parsed);
        var table = Cells.Table("SESSION", "USER", "STATE");
        await foreach (var member in server.AllAsync(Address(parsed), parsed.GetValue(_limit), cancellationToken))
        {
            if (_remote.IsJson(parsed))
                Console.WriteLine(member.GetRawText());
            else
                table.AddRow([Cells.Of(member, "session"), member.TryGetProperty("user", out _) ? Cells.Of(member, "user") : "", Markup.Escape(member.GetProperty("state").GetRawText())]);
        }

        if (!_remote.IsJson(parsed))
            Cells.Print(table);

        return Exit.Done;
    }

    private string Address(ParseResult parsed) => $"/v1/channels/{Segment.Of(_channel.Name, parsed.GetRequiredValue(_channel))}/presence";
}

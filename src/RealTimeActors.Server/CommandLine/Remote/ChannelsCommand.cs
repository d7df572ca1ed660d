using System.CommandLine;
using System.Text.Json;

namespace RealTimeActors.Server.CommandLine.Remote;

/// <summary><c>realtime channels</c>: which there are, and who follows one of them.</summary>
internal sealed class ChannelsCommand
{
    private readonly RemoteOptions _remote = new();
    private readonly Argument<string?> _channel = new("CHANNEL") { Description = "Shows who follows this one, and how far each is.", DefaultValueFactory = _ => null };
    private readonly Option<string?> _prefix = new("--prefix") { Description = "Only those whose names begin so." };
    private readonly Option<int> _limit = new("--limit") { Description = "The most that are listed.", DefaultValueFactory = _ => 1_000 };

    internal static Command Create() => new ChannelsCommand().Build();

    private Command Build()
    {
        var command = new Command("channels", "Lists the channels, or the subscriptions of one.") { _channel, _prefix, _limit };
        _remote.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Running.RunAsync(() => RunAsync(parsed, cancellationToken)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var server = _remote.Server(parsed);
        var isOne = parsed.GetValue(_channel) is not null;
        var address = isOne
            ? $"/v1/channels/{Segment.Of(_channel.Name, parsed.GetValue(_channel)!)}/subscriptions"
            : $"/v1/channels{(parsed.GetValue(_prefix) is { } prefix ? $"?prefix={Uri.EscapeDataString(prefix)}" : "")}";
        var table = isOne
            ? new Listing("SESSION", "USER", "STATE", "POSITION", "SENT", "LAG", "ACK", "REMOTE", "SEEN")
            : new Listing("CHANNEL", "KEPT", "FIRST", "HEAD", "FOLLOWED", "EPOCH");
        await foreach (var item in server.AllAsync(address, parsed.GetValue(_limit), cancellationToken))
        {
            if (_remote.IsJson(parsed))
                Console.WriteLine(item.GetRawText());
            else if (isOne)
                table.AddRow([Cells.Of(item, "session"), Cells.Of(item, "user"), Cells.Of(item, "state"), Cells.Of(item, "position"), Cells.Of(item, "sent"), Cells.Of(item, "lag"), Cells.Of(item, "ack"), Cells.Of(item, "remote"), Cells.Ago(item, "lastSeen")]);
            else
                table.AddRow([Cells.Of(item, "channel"), Kept(item), Cells.Of(item, "first"), Cells.Of(item, "head"), Cells.Of(item, "subscribers"), Cells.Of(item, "epoch")]);
        }

        if (!_remote.IsJson(parsed))
            table.Print();

        return Exit.Done;
    }

    private static string Kept(JsonElement channel) => channel.GetProperty("durable").GetBoolean() ? "durable" : "ephemeral";
}

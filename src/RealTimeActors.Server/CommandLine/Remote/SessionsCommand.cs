using System.CommandLine;
using System.Text.Json;
using Spectre.Console;

namespace RealTimeActors.Server.CommandLine.Remote;

/// <summary><c>realtime sessions</c>: which there are, connected or away, and where one of them stands.</summary>
internal sealed class SessionsCommand
{
    private static readonly JsonSerializerOptions _readable = new() { WriteIndented = true };
    private readonly RemoteOptions _remote = new();
    private readonly Argument<string?> _session = new("SESSION") { Description = "Shows what this one follows, and how far it is.", DefaultValueFactory = _ => null };
    private readonly Option<string?> _user = new("--user") { Description = "Only those of this user." };
    private readonly Option<int> _limit = new("--limit") { Description = "The most that are listed.", DefaultValueFactory = _ => 1_000 };

    internal static Command Create() => new SessionsCommand().Build();

    private Command Build()
    {
        var command = new Command("sessions", "Lists the sessions, or what one of them follows.") { _session, _user, _limit };
        _remote.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Running.RunAsync(() => parsed.GetValue(_session) is { } session
            ? OneAsync(parsed, session, cancellationToken)
            : ListAsync(parsed, cancellationToken)));
        return command;
    }

    private async Task<int> ListAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var server = _remote.Server(parsed);
        var address = $"/v1/sessions{(parsed.GetValue(_user) is { } user ? $"?user={Uri.EscapeDataString(user)}" : "")}";
        var table = new Listing("SESSION", "USER", "CONNECTED", "SEEN", "FOLLOWS", "KEPT", "CLIENT", "FORMAT", "REMOTE");
        await foreach (var item in server.AllAsync(address, parsed.GetValue(_limit), cancellationToken))
        {
            if (_remote.IsJson(parsed))
                Console.WriteLine(item.GetRawText());
            else
                table.AddRow([Cells.Of(item, "session"), Cells.Of(item, "user"), Cells.Ago(item, "connectedSince"), Cells.Ago(item, "lastSeen"), Cells.Of(item, "subscriptions"), item.GetProperty("journaled").GetBoolean() ? "yes" : "no", Cells.Of(item, "client"), Cells.Of(item, "format"), Cells.Of(item, "remote")]);
        }

        if (!_remote.IsJson(parsed))
            table.Print();

        return Exit.Done;
    }

    private async Task<int> OneAsync(ParseResult parsed, string id, CancellationToken cancellationToken)
    {
        using var server = _remote.Server(parsed);
        var session = await server.GetAsync($"/v1/sessions/{Segment.Of(_session.Name, id)}", cancellationToken);
        if (_remote.IsJson(parsed))
        {
            Console.WriteLine(JsonSerializer.Serialize(session, _readable));
            return Exit.Done;
        }

        Console.WriteLine($"user {Markup.Remove(Cells.Of(session, "user"))} · client {Markup.Remove(Cells.Of(session, "client"))} · connected for {Cells.Ago(session, "connectedSince")} · seen {Cells.Ago(session, "lastSeen")} ago");
        var table = new Listing("CHANNEL", "STATE", "POSITION", "AHEAD", "SENT", "HEAD", "LAG", "ACK", "ORDER", "OVERFLOW");
        foreach (var item in session.GetProperty("subscriptions").EnumerateArray())
            table.AddRow([Cells.Of(item, "channel"), Cells.Of(item, "state"), Cells.Of(item, "position"), Cells.Of(item, "ahead"), Cells.Of(item, "sent"), Cells.Of(item, "head"), Cells.Of(item, "lag"), Cells.Of(item, "ack"), Cells.Of(item, "order"), Cells.Of(item, "overflow")]);

        table.Print();
        return Exit.Done;
    }
}

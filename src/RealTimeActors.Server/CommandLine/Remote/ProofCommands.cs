using System.CommandLine;

namespace RealTimeActors.Server.CommandLine.Remote;

/// <summary><c>realtime prove</c> and <c>realtime checkpoint</c>: what a server proves and signs, as JSON for a file. <c>realtime verify</c> checks both.</summary>
internal static class ProofCommands
{
    internal static Command Prove()
    {
        var remote = new RemoteOptions();
        var channel = new Argument<string>("CHANNEL") { Description = "Where the event stands." };
        var offset = new Argument<long>("OFFSET") { Description = "Its offset." };
        var fields = new Option<string?>("--fields") { Description = "Shows these fields of its data only, with commas between; \"\": none. Without it all are shown.", HelpName = "NAMES" };
        var command = new Command("prove", "Prints the proof of one event, for 'realtime verify --proof FILE --key KEY'.") { channel, offset, fields };
        remote.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Running.RunAsync(() =>
        {
            var shown = parsed.GetValue(fields) is { } names ? $"?fields={Uri.EscapeDataString(names)}" : "";
            return PrintAsync(remote, parsed, $"/v1/channels/{Segment.Of(channel.Name, parsed.GetRequiredValue(channel))}/events/{parsed.GetRequiredValue(offset)}/proof{shown}", cancellationToken);
        }));
        return command;
    }

    internal static Command Checkpoint()
    {
        var remote = new RemoteOptions();
        var heads = new Option<bool>("--heads") { Description = "With the heads of all channels (the right admin on >): then it can be told later which events are missing." };
        var key = new Option<bool>("--key") { Description = "The public key instead, as PEM." };
        var command = new Command("checkpoint", "Prints the newest checkpoint, to be kept elsewhere for 'realtime verify --checkpoint FILE'.") { heads, key };
        remote.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Running.RunAsync(() => parsed.GetValue(key)
            ? PrintKeyAsync(remote, parsed, cancellationToken)
            : PrintAsync(remote, parsed, $"/v1/checkpoints/latest{(parsed.GetValue(heads) ? "?heads=true" : "")}", cancellationToken)));
        return command;
    }

    private static async Task<int> PrintAsync(RemoteOptions remote, ParseResult parsed, string address, CancellationToken cancellationToken)
    {
        using var server = remote.Server(parsed);
        Console.WriteLine((await server.GetAsync(address, cancellationToken)).GetRawText());
        return Exit.Done;
    }

    private static async Task<int> PrintKeyAsync(RemoteOptions remote, ParseResult parsed, CancellationToken cancellationToken)
    {
        using var server = remote.Server(parsed);
        Console.Write((await server.GetAsync("/v1/checkpoints/key", cancellationToken)).GetProperty("pem").GetString()!.TrimEnd() + "\n");
        return Exit.Done;
    }
}

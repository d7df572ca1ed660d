using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using RealTimeActors.Hosting.Settings;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Server.CommandLine.Log;

/// <summary><c>realtime verify</c>: goes over the stored log of every channel, and the checkpoints, and says where it is first not what was written.</summary>
internal sealed class VerifyCommand(LocalOptions local)
{
    private const int NamedMax = 10;
    private readonly Option<string?> _channels = new("--channels") { Description = "Only the channels of this pattern.", HelpName = "PATTERN" };
    private readonly Option<string?> _checkpoint = new("--checkpoint")
    {
        Description = "A checkpoint that was kept outside of the store (GET /v1/checkpoints/latest, with ?heads=true to be told which events are missing): finds a store that was cut or put back to an older copy.",
        HelpName = "FILE",
    };

    private readonly Option<string[]> _keys = new("--key")
    {
        Description = "A file with a public key that checkpoints are trusted by, as PEM; repeated, one for each key that was used. Without it the server's own key is taken, which lies beside the log.",
        HelpName = "FILE",
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly Option<string?> _proof = new("--proof") { Description = "Checks the proof of one event in this file instead of a store; with --key where it names a checkpoint.", HelpName = "FILE" };
    private readonly Option<bool> _json = new("--json") { Description = "Answer in JSON." };

    internal static Command Create(LocalOptions local) => new VerifyCommand(local).Build();

    private Command Build()
    {
        var command = new Command("verify", "Checks the stored log of every channel, and the signed checkpoints, also while the server runs: exits with 1 and names the channel and its first bad offset where it is not what was written.")
        {
            _channels, _checkpoint, _keys, _proof, _json,
        };
        local.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Running.RunAsync(() => Task.Run(() => Verify(parsed, cancellationToken), cancellationToken)));
        return command;
    }

    private int Verify(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(_proof) is { } proof)
            return ProofCheck.Run(proof, parsed.GetValue(_keys) ?? []);

        var settings = local.Read(parsed);
        if (settings.Journal == JournalProvider.Memory)
            throw new CommandException("A journal of realtime.journal.provider memory is there for its server alone; sqlite and postgresql can be verified.");

        var pattern = PatternOf(parsed.GetValue(_channels));
        var began = Stopwatch.GetTimestamp();
        try
        {
            var verified = StoreVerification.Run(settings, parsed.GetValue(_keys) ?? [], parsed.GetValue(_checkpoint), pattern, cancellationToken);
            if (pattern is not null && verified.Channels == 0)
                throw new CommandException($"No channel fits {pattern}.") { ExitCode = Exit.No };

            Report(parsed.GetValue(_json), verified, Stopwatch.GetElapsedTime(began));
            return verified.Faults.Count == 0 ? Exit.Done : Exit.No;
        }
        catch (JournalException damaged) when (damaged.Fault == JournalFault.Damaged)
        {
            throw new CommandException(damaged.Message, damaged) { ExitCode = Exit.No };
        }
        catch (JournalException unusable)
        {
            throw new CommandException(unusable.Message, unusable);
        }
    }

    private static ChannelPattern? PatternOf(string? text)
    {
        if (text is null)
            return null;

        return ChannelPattern.TryParse(text, out var pattern, out var error) ? pattern : throw new CommandException($"--channels {text}: {error}");
    }

    private static void Report(bool asJson, StoreVerification verified, TimeSpan took)
    {
        if (asJson)
        {
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                intact = verified.Faults.Count == 0,
                channels = verified.Channels,
                events = verified.Events,
                checkpoints = verified.Checkpoints,
                seconds = Math.Round(took.TotalSeconds, 3),
                eventsPerSecond = took > TimeSpan.Zero ? Math.Round(verified.Events / took.TotalSeconds) : 0,
                unsigned = verified.Unsigned,
                shortened = verified.Shortened.Select(log => new { channel = log.Channel, first = log.First }),
                faults = verified.Faults.Select(fault => new { channel = fault.Channel, offset = fault.Offset, what = fault.What }),
            }));
            return;
        }

        foreach (var fault in verified.Faults)
            Console.WriteLine($"{fault.Channel}: first bad offset {fault.Offset}: {fault.What}");

        var bad = verified.Faults.Select(fault => fault.Channel).Distinct(StringComparer.Ordinal).Count();
        var rate = took > TimeSpan.Zero ? (verified.Events / took.TotalSeconds).ToString("#,0", CultureInfo.InvariantCulture) : "–";
        Console.WriteLine($"{(bad == 0 ? "Intact" : $"{bad} of the logs {(bad == 1 ? "is" : "are")} not as written")}: {verified.Channels} channels, {verified.Events} events, {verified.Checkpoints} checkpoints "
            + $"in {took.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture)} s ({rate} events/s)");

        // What the verdict does not vouch for: an end that nobody signed could be cut, and of a beginning that is gone nobody knows whether it was retention that took it.
        if (verified.Unsigned > 0)
        {
            Console.WriteLine(verified.Checkpoints == 0
                ? "There is no checkpoint: nothing of it is signed, only chained."
                : $"Not signed yet, only chained: {verified.Unsigned} events, behind the newest checkpoint.");
        }

        if (verified.Shortened.Count > 0)
        {
            var named = string.Join(", ", verified.Shortened.Take(NamedMax).Select(log => $"{log.Channel} at {log.First}"));
            Console.WriteLine($"Without their beginning, as retention leaves them: {named}{(verified.Shortened.Count > NamedMax ? $" and {verified.Shortened.Count - NamedMax} more (--json has all)" : "")}.");
        }
    }
}

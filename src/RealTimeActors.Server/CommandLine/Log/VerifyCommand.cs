using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using RealTimeActors.Engine.Integrity;
using RealTimeActors.Hosting.Settings;
using RealTimeActors.Persistence.Sqlite;
using RealTimeActors.Persistence.Sqlite.Reading;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Server.CommandLine.Log;

/// <summary><c>realtime verify</c>: goes over the stored log of every channel and says where it is first not what was written.</summary>
internal sealed class VerifyCommand(LocalOptions local)
{
    private readonly Option<string?> _channels = new("--channels") { Description = "Only the channels of this pattern.", HelpName = "PATTERN" };
    private readonly Option<bool> _json = new("--json") { Description = "Answer in JSON." };

    internal static Command Create(LocalOptions local) => new VerifyCommand(local).Build();

    private Command Build()
    {
        var command = new Command("verify", "Checks the stored log of every channel, also while the server runs: exits with 1 and names the channel and its first bad offset where it is not what was written.")
        {
            _channels, _json,
        };
        local.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Running.RunAsync(() => Task.Run(() => Verify(parsed, cancellationToken), cancellationToken)));
        return command;
    }

    private int Verify(ParseResult parsed, CancellationToken cancellationToken)
    {
        var settings = local.Read(parsed);
        if (settings.Journal != JournalProvider.Sqlite)
            throw new CommandException("Only a journal of realtime.journal.provider sqlite can be verified.");

        var pattern = PatternOf(parsed.GetValue(_channels));
        var began = Stopwatch.GetTimestamp();
        var faults = new List<LogFault>();
        long channels = 0, events = 0;
        try
        {
            using var reader = SqliteJournalReader.Open(settings.DataDirectory);
            foreach (var (number, stream) in reader.Streams(LogVerifier.Streams))
            {
                var verifier = new LogVerifier(stream.Stream, stream.Trim);
                if (pattern is not null && !(ChannelName.TryParse(verifier.Channel, out var name, out _) && pattern.Matches(name)))
                    continue;

                channels++;
                if (FaultOf(verifier, reader.Rows(number), stream.Last, cancellationToken) is { } fault)
                    faults.Add(fault);

                events += verifier.Events;
            }
        }
        catch (SqliteJournalException damaged) when (damaged.Fault == Persistence.Journals.JournalFault.Damaged)
        {
            throw new CommandException(damaged.Message, damaged) { ExitCode = Exit.No };
        }
        catch (SqliteJournalException unusable)
        {
            throw new CommandException(unusable.Message, unusable);
        }

        if (pattern is not null && channels == 0)
            throw new CommandException($"No channel fits {pattern}.") { ExitCode = Exit.No };

        Report(parsed.GetValue(_json), channels, events, faults, Stopwatch.GetElapsedTime(began));
        return faults.Count == 0 ? Exit.Done : Exit.No;
    }

    private static LogFault? FaultOf(
        LogVerifier verifier, IEnumerable<(Persistence.Journals.JournalRow Row, bool IsIntact)> rows, long last, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var (row, isIntact) in rows)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (verifier.Accept(row, isIntact) is { } fault)
                    return fault;
            }
        }
        catch (SqliteJournalException damaged)
        {
            return new LogFault(verifier.Channel, verifier.Head + 1, damaged.Message);
        }

        return verifier.Finish(last);
    }

    private static ChannelPattern? PatternOf(string? text)
    {
        if (text is null)
            return null;

        return ChannelPattern.TryParse(text, out var pattern, out var error) ? pattern : throw new CommandException($"--channels {text}: {error}");
    }

    private static void Report(bool asJson, long channels, long events, List<LogFault> faults, TimeSpan took)
    {
        if (asJson)
        {
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                intact = faults.Count == 0,
                channels,
                events,
                seconds = Math.Round(took.TotalSeconds, 3),
                faults = faults.Select(fault => new { channel = fault.Channel, offset = fault.Offset, what = fault.What }),
            }));
            return;
        }

        foreach (var fault in faults)
            Console.WriteLine($"{fault.Channel}: first bad offset {fault.Offset}: {fault.What}");

        var rate = took > TimeSpan.Zero ? (events / took.TotalSeconds).ToString("#,0", CultureInfo.InvariantCulture) : "–";
        Console.WriteLine($"{(faults.Count == 0 ? "Intact" : $"{faults.Count} of the logs {(faults.Count == 1 ? "is" : "are")} not as written")}: {channels} channels, {events} events in {took.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture)} s ({rate}/s)");
    }
}

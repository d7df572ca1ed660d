using System.Buffers;
using System.CommandLine;
using System.Globalization;
using System.Text;
using RealTimeActors.Client;
using RealTimeActors.Client.Machine.Subscriptions;
using RealTimeActors.Client.Sessions;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Server.CommandLine.Remote;

/// <summary><c>realtime tail</c>: prints the events of channels as they come, and what came before.</summary>
internal sealed class TailCommand
{
    private readonly RemoteOptions _remote = new();
    private readonly Argument<string[]> _channels = new("CHANNEL") { Description = "One or more; a * stands for one segment, a > at the end for the rest: session.*.emotion, funding.>", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string> _from = new("--from") { Description = "now, earliest, last:N, or an offset. With --session: where the session left off.", DefaultValueFactory = _ => "" };
    private readonly Option<string?> _session = new("--session") { Description = "Keeps the session in this file: the next tail with it goes on after what this one has printed.", HelpName = "FILE" };
    private readonly Option<long?> _count = new("--count", "-n") { Description = "Ends after so many events. Absent: never.", HelpName = "N" };
    private readonly TailShaping _shaping = new();
    private readonly Lock _printing = new();
    private long _left;

    internal static Command Create() => new TailCommand().Build();

    private Command Build()
    {
        var command = new Command("tail", "Prints the events of channels as they come. With --json each line is a frame as on the wire: event, gap, subscribed.")
        {
            _channels, _from, _session, _count,
        };
        _shaping.AddTo(command);
        _remote.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Running.RunAsync(() => RunAsync(parsed, cancellationToken)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        _left = parsed.GetValue(_count) ?? long.MaxValue;
        if (_left <= 0)
            throw new CommandException($"--count: a number above 0 is expected; {_left} came.");

        foreach (var channel in parsed.GetRequiredValue(_channels))
        {
            if (!ChannelPattern.TryParse(channel, out _, out var error))
                throw new CommandException($"{channel}: {error}");
        }

        var wanted = _shaping.Read(parsed);
        using var server = _remote.Server(parsed);
        var store = parsed.GetValue(_session) is { } file ? new FileSessionStore(file) : null;
        await using var client = await server.ConnectAsync(store, cancellationToken);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var following = new List<Task>();
        foreach (var channel in parsed.GetRequiredValue(_channels).Distinct(StringComparer.Ordinal))
        {
            var options = wanted with
            {
                From = await FromAsync(client, channel, parsed.GetValue(_from) ?? "", store is not null, cancellationToken),
                Ack = store is null ? AckMode.None : AckMode.Manual,
                Noticed = notice => Notice(notice, _remote.IsJson(parsed)),
            };
            var subscription = await client.SubscribeAsync(channel, options, (received, _) => OnEventAsync(received, _remote.IsJson(parsed), store is not null, done), cancellationToken);
            following.Add(subscription.Completion);
        }

        try
        {
            await await Task.WhenAny([.. following, client.Closed]).WaitAsync(done.Token);
            await Task.WhenAll(following).WaitAsync(done.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // As many as were wanted.
        }

        return Exit.Done;
    }

    private async ValueTask OnEventAsync(ReceivedEvent received, bool asJson, bool hasSession, CancellationTokenSource done)
    {
        bool isLast;
        lock (_printing)
        {
            if (_left == 0)
                return;

            Console.WriteLine(asJson ? Json(new ServerFrame.Event(received.Event)) : Line(received.Event));
            isLast = --_left == 0;
        }

        // Acked here and not by the client: what was printed last must not come again the next time.
        if (hasSession)
            await received.AckAsync();

        if (isLast)
            await done.CancelAsync();
    }

    private static async Task<From?> FromAsync(RealTimeClient client, string channel, string text, bool hasSession, CancellationToken cancellationToken)
    {
        switch (text)
        {
            case "":
                return hasSession ? null : From.Now;
            case "now":
                return From.Now;
            case "earliest":
                return From.Earliest;
        }

        if (text.StartsWith("last:", StringComparison.Ordinal) && TryNumber(text[5..], out var count))
            return new From.Last(count);

        if (!TryNumber(text, out var offset) || offset < 1)
            throw new CommandException($"--from: now, earliest, last:N or an offset from 1 is expected; '{text}' came.");

        if (ChannelPattern.IsPattern(channel))
            throw new CommandException($"--from: an offset is of one channel, and {channel} means many; now, earliest or last:N is expected.");

        // An offset means something within an epoch only: the present one.
        var page = await client.ReadEventsAsync(channel, From.Earliest, limit: 1, cancellationToken);
        return new From.Position(page.Epoch, offset - 1);
    }

    private void Notice(SubscriptionNotice notice, bool asJson)
    {
        var channel = notice.Channel;
        var (text, frame) = notice switch
        {
            SubscriptionNotice.Gap(var missing, var reason) =>
                ($"{channel}: the offsets {missing.From} to {missing.To} are lost ({reason})", (ServerFrame?)new ServerFrame.Gap(channel, missing.From, missing.To, reason)),
            SubscriptionNotice.Reset(var epoch, _) => ($"{channel}: the log begins anew, epoch {epoch}", null),
            SubscriptionNotice.Started(var epoch, var offset, var head, var recovered) =>
                (recovered == Recovered.Reset ? $"{channel}: there is no such position; the log of epoch {epoch} reaches offset {head} and is printed from its beginning" : null,
                    new ServerFrame.Subscribed { Channel = channel, Epoch = epoch, Offset = offset, Head = head, Recovered = recovered }),
            SubscriptionNotice.Lag(var behind, var mode) =>
                (mode == "live" ? $"{channel}: live again" : $"{channel}: {behind} events behind ({mode})", new ServerFrame.Lag(channel, behind, mode)),
            SubscriptionNotice.Withdrawn(var code, var reason) => ($"{channel}: followed no more ({reason})", new ServerFrame.Unsubscribed(channel, code, reason)),
            SubscriptionNotice.Interrupted(_, var reason) => ($"{channel}: interrupted ({reason})", null),
            _ => ((string?)null, null),
        };

        lock (_printing)
        {
            if (asJson && frame is not null)
                Console.WriteLine(Json(frame));
            else if (text is not null)
                Console.Error.WriteLine(text);
        }
    }

    private static string Line(ChannelEvent e)
    {
        var time = DateTimeOffset.FromUnixTimeMilliseconds(e.TimeUnixMs).ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var key = e.Key is null ? "" : $" [{e.Key}]";
        return $"{time} {e.Channel} #{e.Offset} {e.Type}{key} {Encoding.UTF8.GetString(e.Data.Span)}";
    }

    private static string Json(ServerFrame frame)
    {
        var line = new ArrayBufferWriter<byte>(512);
        FrameCodecs.Json.Encode(frame, line);
        return Encoding.UTF8.GetString(line.WrittenSpan).TrimEnd('\n');
    }

    private static bool TryNumber(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}

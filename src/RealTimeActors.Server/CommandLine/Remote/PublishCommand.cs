using System.CommandLine;
using System.Text;
using System.Text.Json;
using RealTimeActors.Client;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Json;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Server.CommandLine.Remote;

/// <summary><c>realtime publish</c>: one event, or a stream of them from standard input.</summary>
internal sealed class PublishCommand
{
    private const int InFlightMax = 1_000;

    private readonly RemoteOptions _remote = new();
    private readonly Argument<string> _channel = new("CHANNEL") { Description = "Where to, as funding.grants." };
    private readonly Argument<string> _type = new("TYPE") { Description = "What happened, as grant.updated." };
    private readonly Argument<string?> _data = new("DATA") { Description = "JSON; absent or -: standard input.", DefaultValueFactory = _ => null };
    private readonly Option<bool> _lines = new("--lines") { Description = "Each line of standard input is the data of one event. They are published in order, many under way at a time." };
    private readonly Option<string?> _key = new("--key") { Description = "What the event is about." };
    private readonly Option<string?> _source = new("--source") { Description = "Where it comes from." };
    private readonly Option<string?> _correlationId = new("--correlation-id") { Description = "What it belongs to." };
    private readonly Option<string?> _idempotencyKey = new("--idempotency-key") { Description = "Published again under the same key, the event is there once." };
    private readonly Option<Priority> _priority = WordOption.Of("--priority", "How urgent it is.", Priority.Normal);
    private readonly Option<Confirm> _confirm = WordOption.Of("--confirm", "What to wait for.", Confirm.Persisted, except: Confirm.None);

    internal static Command Create() => new PublishCommand().Build();

    private Command Build()
    {
        var command = new Command("publish", "Publishes an event and prints its receipt.")
        {
            _channel, _type, _data, _lines, _key, _source, _correlationId, _idempotencyKey, _priority, _confirm,
        };
        _remote.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Running.RunAsync(() => parsed.GetValue(_lines) ? LinesAsync(parsed, cancellationToken) : OneAsync(parsed, cancellationToken)));
        return command;
    }

    private async Task<int> OneAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var server = _remote.Server(parsed);
        var text = parsed.GetValue(_data) is { } given and not "-" ? given : await Console.In.ReadToEndAsync(cancellationToken);
        using var body = new StringContent(Body(parsed, text), Encoding.UTF8, "application/json");
        var channel = Uri.EscapeDataString(parsed.GetRequiredValue(_channel));
        var confirm = parsed.GetValue(_confirm).ToString().ToLowerInvariant();
        var receipt = await server.PostAsync(
            $"/v1/channels/{channel}/events?confirm={confirm}",
            body,
            headers =>
            {
                if (parsed.GetValue(_idempotencyKey) is { } key)
                    headers.TryAddWithoutValidation("Idempotency-Key", $"\"{key}\"");
            },
            cancellationToken);

        Console.WriteLine(_remote.IsJson(parsed) ? receipt.GetRawText() : Say(receipt));
        return Exit.Done;
    }

    private async Task<int> LinesAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var channel = parsed.GetRequiredValue(_channel);
        if (!ChannelName.TryParse(channel, out _, out var noName))
            throw new CommandException($"{channel}: {noName}");

        if (parsed.GetValue(_idempotencyKey) is not null)
            throw new CommandException("--idempotency-key is for one event; --lines publishes many.");

        string? wrong = null;
        using var server = _remote.Server(parsed);
        await using var client = await server.ConnectAsync(session: null, cancellationToken);
        var waiting = new Queue<Task<Receipt>>();
        var line = 0;
        while (await Console.In.ReadLineAsync(cancellationToken) is { } text)
        {
            line++;
            if (string.IsNullOrWhiteSpace(text))
                continue;

            if (!JsonText.TryCompact(Encoding.UTF8.GetBytes(text), out var data, out var error))
            {
                wrong = $"Line {line}: {error} Nothing behind it was published.";
                break;
            }

            waiting.Enqueue(client.PublishJsonAsync(channel, parsed.GetRequiredValue(_type), data, Options(parsed), cancellationToken));
            while (waiting.Count > InFlightMax || (waiting.TryPeek(out var oldest) && oldest.IsCompleted))
                Print(await waiting.Dequeue(), _remote.IsJson(parsed));
        }

        while (waiting.TryDequeue(out var rest))
            Print(await rest, _remote.IsJson(parsed));

        return wrong is null ? Exit.Done : throw new CommandException(wrong);
    }

    private PublishOptions Options(ParseResult parsed) => new()
    {
        Key = parsed.GetValue(_key),
        Source = parsed.GetValue(_source),
        CorrelationId = parsed.GetValue(_correlationId),
        Priority = parsed.GetValue(_priority),
        Confirm = parsed.GetValue(_confirm),
    };

    private string Body(ParseResult parsed, string data)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("type", parsed.GetRequiredValue(_type));
            json.WritePropertyName("data");
            try
            {
                json.WriteRawValue(data);
            }
            catch (JsonException bad)
            {
                throw new CommandException($"DATA: JSON is expected: {bad.Message} A text needs quotes of its own: '\"text\"'.", bad);
            }

            json.WriteString("priority", parsed.GetValue(_priority).ToString().ToLowerInvariant());
            Write(json, "key", parsed.GetValue(_key));
            Write(json, "source", parsed.GetValue(_source));
            Write(json, "correlationId", parsed.GetValue(_correlationId));
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Write(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }

    private static void Print(Receipt receipt, bool asJson) => Console.WriteLine(asJson
        ? JsonSerializer.Serialize(new { status = receipt.Status.ToString().ToLowerInvariant(), channel = receipt.Channel, epoch = receipt.Epoch, offset = receipt.Offset, hash = Convert.ToHexStringLower(receipt.Hash.Span), duplicate = receipt.IsDuplicate })
        : $"{receipt.Channel} #{receipt.Offset} {receipt.Status.ToString().ToLowerInvariant()}{(receipt.IsDuplicate ? " (was there already)" : "")}");

    private static string Say(JsonElement receipt)
    {
        var offset = receipt.TryGetProperty("offset", out var at) ? $" #{at.GetInt64()}" : "";
        var again = receipt.TryGetProperty("duplicate", out var duplicate) && duplicate.GetBoolean() ? " (was there already)" : "";
        return $"{receipt.GetProperty("channel").GetString()}{offset} {receipt.GetProperty("status").GetString()}{again}";
    }
}

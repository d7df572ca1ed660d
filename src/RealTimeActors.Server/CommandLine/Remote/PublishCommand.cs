using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
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
    private readonly PublishDelivery _delivery = new();

    internal static Command Create() => new PublishCommand().Build();

    private Command Build()
    {
        var command = new Command("publish", "Publishes an event and prints its receipt.")
        {
            _channel, _type, _data, _lines, _key, _source, _correlationId, _idempotencyKey, _priority, _confirm,
        };
        _delivery.AddTo(command);
        _remote.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Running.RunAsync(() => parsed.GetValue(_lines) ? LinesAsync(parsed, cancellationToken) : OneAsync(parsed, cancellationToken)));
        return command;
    }

    private async Task<int> OneAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var options = Options(parsed);
        using var server = _remote.Server(parsed, longer: options.DeliveredTimeout ?? default);
        var text = parsed.GetValue(_data) is { } given and not "-" ? given : await Console.In.ReadToEndAsync(cancellationToken);
        using var body = new StringContent(Body(parsed, text), Encoding.UTF8, "application/json");
        var channel = Segment.Of(_channel.Name, parsed.GetRequiredValue(_channel));
        var receipt = await server.PostAsync(
            $"/v1/channels/{channel}/events{PublishDelivery.Query(options)}",
            body,
            headers =>
            {
                if (parsed.GetValue(_idempotencyKey) is { } key)
                    headers.TryAddWithoutValidation("Idempotency-Key", $"\"{key}\"");
            },
            cancellationToken);

        Console.WriteLine(_remote.IsJson(parsed) ? receipt.GetRawText() : Say(receipt));
        return ExitOf(options, receipt.GetProperty("status").GetString() == "delivered");
    }

    private async Task<int> LinesAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var channel = parsed.GetRequiredValue(_channel);
        if (!ChannelName.TryParse(channel, out _, out var noName))
            throw new CommandException($"{channel}: {noName}");

        if (parsed.GetValue(_idempotencyKey) is not null)
            throw new CommandException("--idempotency-key is for one event; --lines publishes many.");

        string? wrong = null;
        var options = Options(parsed);
        var isDelivered = true;
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

            waiting.Enqueue(client.PublishJsonAsync(channel, parsed.GetRequiredValue(_type), data, options, cancellationToken));
            while (waiting.Count > InFlightMax || (waiting.TryPeek(out var oldest) && oldest.IsCompleted))
                Print(await waiting.Dequeue());
        }

        while (waiting.TryDequeue(out var rest))
            Print(await rest);

        return wrong is null ? ExitOf(options, isDelivered) : throw new CommandException(wrong);

        void Print(Receipt receipt)
        {
            isDelivered &= receipt.Status == ReceiptStatus.Delivered;
            var json = JsonOf(receipt, options);
            Console.WriteLine(_remote.IsJson(parsed) ? json : Say(JsonDocument.Parse(json).RootElement));
        }
    }

    /// <summary>What is on disk and was not acked by all who were to is a no to what was asked for.</summary>
    private static int ExitOf(PublishOptions options, bool isDelivered) => options.Confirm != Confirm.Delivered || isDelivered ? Exit.Done : Exit.No;

    private PublishOptions Options(ParseResult parsed) => _delivery.Read(parsed, parsed.GetValue(_confirm)) with
    {
        Key = parsed.GetValue(_key),
        Source = parsed.GetValue(_source),
        CorrelationId = parsed.GetValue(_correlationId),
        Priority = parsed.GetValue(_priority),
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

    /// <summary>As the server writes it over HTTP.</summary>
    private static string JsonOf(Receipt receipt, PublishOptions options)
    {
        var json = new JsonObject
        {
            ["status"] = receipt.Status.ToString().ToLowerInvariant(),
            ["channel"] = receipt.Channel,
            ["epoch"] = receipt.Epoch,
            ["offset"] = receipt.Offset,
            ["hash"] = Convert.ToHexStringLower(receipt.Hash.Span),
            ["duplicate"] = receipt.IsDuplicate,
        };
        if (options.Confirm == Confirm.Delivered)
        {
            var delivered = new JsonObject { ["acked"] = receipt.Acked, ["of"] = receipt.Of };
            if (receipt.Missing.Count > 0)
                delivered["missing"] = new JsonArray([.. receipt.Missing.Select(JsonOf)]);
            json["delivered"] = delivered;
        }

        return json.ToJsonString();
    }

    private static JsonNode JsonOf(Member member)
    {
        var json = new JsonObject { ["session"] = member.Session };
        if (member.User is { } user)
            json["user"] = user;

        return json;
    }

    private static string Say(JsonElement receipt)
    {
        var offset = receipt.TryGetProperty("offset", out var at) ? $" #{at.GetInt64()}" : "";
        var again = receipt.TryGetProperty("duplicate", out var duplicate) && duplicate.GetBoolean() ? " (was there already)" : "";
        return $"{receipt.GetProperty("channel").GetString()}{offset} {receipt.GetProperty("status").GetString()}{Delivered(receipt)}{again}";
    }

    private static string Delivered(JsonElement receipt)
    {
        if (!receipt.TryGetProperty("delivered", out var delivered))
            return "";

        var missing = delivered.TryGetProperty("missing", out var members) ? $"; missing: {string.Join(", ", members.EnumerateArray().Select(Named))}" : "";
        return $", acked by {delivered.GetProperty("acked").GetInt64()} of {delivered.GetProperty("of").GetInt64()}{missing}";
    }

    private static string Named(JsonElement member)
    {
        var session = member.GetProperty("session").GetString()!;
        return member.TryGetProperty("user", out var user) ? $"{session} ({user.GetString()})" : session;
    }
}

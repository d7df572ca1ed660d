using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using RealTimeActors.Protocol.Json;

namespace RealTimeActors.Server.CommandLine.Remote.State;

/// <summary><c>realtime state set</c>, <c>merge</c>, <c>delete</c>, <c>increment</c>, <c>add</c> and <c>remove</c>: changes one entry, and says what became of it.</summary>
internal sealed class ChangeCommand
{
    private readonly RemoteOptions _remote = new();
    private readonly Argument<string> _channel = StateCommand.Channel();
    private readonly Argument<string> _key = StateCommand.Key();
    private readonly Argument<string?> _value = new("VALUE") { Description = "JSON; absent or -: standard input.", DefaultValueFactory = _ => null };
    private readonly Option<long?> _ifVersion = new("--if-version") { Description = "Only if the present version is this one; 0: only if there is no such entry. Otherwise nothing is changed, and the exit code is 1.", HelpName = "N" };
    private readonly Option<long?> _baseVersion = new("--base-version") { Description = "The version that was edited: what came after it competes with this edit, what came before does not.", HelpName = "N" };
    private readonly Option<DateTimeOffset?> _time = new("--time") { Description = "When it was edited, as 2026-11-21T10:00:00Z. Absent: when it arrives.", HelpName = "TIME" };
    private readonly Option<string?> _mutationId = new("--mutation-id") { Description = "Sent again under the same id, it is done once.", HelpName = "ID" };
    private readonly string _operation;
    private readonly HttpMethod _method;
    private readonly string _description;

    private ChangeCommand(string operation, HttpMethod method, string description)
    {
        _operation = operation;
        _method = method;
        _description = description;
    }

    private bool HasValue => _method != HttpMethod.Delete;

    internal static Command Create(string operation, HttpMethod method, string description) => new ChangeCommand(operation, method, description).Build();

    private Command Build()
    {
        var command = new Command(_operation, _description) { _channel, _key };
        if (HasValue)
            command.Add(_value);

        foreach (var option in new Option[] { _ifVersion, _baseVersion, _time, _mutationId })
            command.Add(option);

        _remote.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Running.RunAsync(() => ChangeAsync(parsed, cancellationToken)));
        return command;
    }

    private async Task<int> ChangeAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var server = _remote.Server(parsed);
        var key = parsed.GetRequiredValue(_key);
        using var body = HasValue ? await BodyAsync(parsed, cancellationToken) : null;
        var mutated = await server.SendAsync(
            _method, $"{StateCommand.Address(parsed.GetRequiredValue(_channel), key)}{Query(parsed)}", body, headers =>
            {
                if (parsed.GetValue(_ifVersion) is { } version)
                    headers.TryAddWithoutValidation(version == 0 ? "If-None-Match" : "If-Match", version == 0 ? "*" : string.Create(CultureInfo.InvariantCulture, $"\"{version}\""));

                if (parsed.GetValue(_mutationId) is { } id)
                    headers.TryAddWithoutValidation("Idempotency-Key", $"\"{id.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"");
            },
            cancellationToken);

        Console.WriteLine(_remote.IsJson(parsed) ? mutated.GetRawText() : Say(key, mutated));
        return Exit.Done;
    }

    private string Query(ParseResult parsed)
    {
        if (parsed.GetValue(_ifVersion) < 0)
            throw new CommandException($"--if-version: a version from 0 on is expected; {parsed.GetValue(_ifVersion)} came.");

        var query = new List<string>();
        if (parsed.GetValue(_baseVersion) is { } seen)
            query.Add(string.Create(CultureInfo.InvariantCulture, $"baseVersion={seen}"));

        if (parsed.GetValue(_time) is { } time)
            query.Add(string.Create(CultureInfo.InvariantCulture, $"time={time.ToUnixTimeMilliseconds()}"));

        return query.Count == 0 ? "" : $"?{string.Join('&', query)}";
    }

    private async Task<HttpContent> BodyAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var text = parsed.GetValue(_value) is { } given and not "-" ? given : await Console.In.ReadToEndAsync(cancellationToken);
        if (!JsonText.TryCompact(Encoding.UTF8.GetBytes(text), out var json, out var error))
            throw new CommandException($"VALUE: {error} A text needs quotes of its own: '\"text\"'.");

        if (_method != HttpMethod.Post)
            return Content(json, _method == HttpMethod.Patch ? "application/merge-patch+json" : "application/json");

        return Content([.. "{\"operation\":\""u8, .. Encoding.UTF8.GetBytes(_operation), .. "\",\"value\":"u8, .. json, (byte)'}'], "application/json");
    }

    private static ByteArrayContent Content(byte[] json, string type) => new(json) { Headers = { ContentType = new(type) } };

    private static string Say(string key, JsonElement mutated)
    {
        var result = mutated.GetProperty("result").GetString();
        var offset = mutated.GetProperty("offset").GetInt64();
        var again = mutated.TryGetProperty("duplicate", out var duplicate) && duplicate.GetBoolean() ? " (was done already)" : "";
        var reason = mutated.TryGetProperty("reason", out var why) ? $": {why.GetString()}" : "";
        return $"{key} {result} #{offset}, version {mutated.GetProperty("version").GetInt64()}{again}{reason}";
    }
}

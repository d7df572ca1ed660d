using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using RealTimeActors.Hocon;
using RealTimeActors.Hosting.Settings;

namespace RealTimeActors.Server.CommandLine;

/// <summary><c>realtime config</c>: what a configuration file comes to when everything in it is included, substituted and overridden.</summary>
internal sealed class ConfigCommand(LocalOptions local)
{
    private const string Hidden = "***";

    private static readonly JsonSerializerOptions _readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Option<string?> _path = new("--path") { Description = "Only what stands at this path, as realtime.http.port.", HelpName = "PATH" };
    private readonly Option<bool> _check = new("--check") { Description = "Also say whether the server would start with it." };

    internal static Command Create(LocalOptions local) => new ConfigCommand(local).Build();

    private Command Build()
    {
        var command = new Command("config", "Prints the resolved configuration as JSON; secrets are hidden.") { _path, _check };
        local.AddTo(command);
        command.SetAction((parsed, _) => Running.RunAsync(() => Task.FromResult(Print(parsed))));
        return command;
    }

    private int Print(ParseResult parsed)
    {
        HoconValue value = local.Resolve(parsed);
        var path = HoconPath.Root;
        if (parsed.GetValue(_path) is { } text)
        {
            path = PathOf(text);
            value = value.TryGet(path, out var found)
                ? found
                : throw new CommandException($"There is nothing at {text}.") { ExitCode = Exit.No };
        }

        var json = JsonNode.Parse(value.ToJson());
        var hidden = Hide(json, string.Join('.', path));
        Console.WriteLine(hidden?.ToJsonString(_readable) ?? "null");
        if (parsed.GetValue(_check))
            _ = local.Read(parsed);

        return Exit.Done;
    }

    private static HoconPath PathOf(string text)
    {
        try
        {
            return HoconPath.Parse(text);
        }
        catch (HoconException bad)
        {
            throw new CommandException($"--path {text}: {bad.Problem}.", bad);
        }
    }

    private static JsonNode? Hide(JsonNode? node, string path)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (key, value) in members.ToList())
                    members[key] = Hide(value?.DeepClone(), path.Length == 0 ? key : $"{path}.{key}");
                return members;
            case JsonArray items:
                return new JsonArray([.. items.Select((item, i) => Hide(item?.DeepClone(), $"{path}.{i}"))]);
            case not null when SecretKeys.IsSecret(path):
                return JsonValue.Create(Hidden);
            default:
                return node;
        }
    }
}

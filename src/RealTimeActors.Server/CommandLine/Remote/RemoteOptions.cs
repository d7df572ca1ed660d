using System.CommandLine;

namespace RealTimeActors.Server.CommandLine.Remote;

/// <summary>The options of the commands that talk to a server.</summary>
/// <remarks>A token has no option of its own: what stands on a command line, everybody on the machine can read.</remarks>
internal sealed class RemoteOptions
{
    internal const string EndpointVariable = "REALTIME_ENDPOINT";
    internal const string TokenVariable = "REALTIME_TOKEN";
    private const string DefaultEndpoint = "http://127.0.0.1:8080";

    private readonly Option<string?> _server = new("--server")
    {
        Description = $"Where the server is. Default: {EndpointVariable}, else {DefaultEndpoint}.",
        HelpName = "URL",
    };

    private readonly Option<string?> _tokenFile = new("--token-file")
    {
        Description = $"A file that holds the token; - is standard input. Default: {TokenVariable}.",
        HelpName = "FILE",
    };

    private readonly Option<double> _timeout = new("--timeout")
    {
        Description = "How many seconds to wait for the server.",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => 10,
    };

    private readonly Option<bool> _json = new("--json") { Description = "Answer in JSON." };

    internal void AddTo(Command command)
    {
        command.Add(_server);
        command.Add(_tokenFile);
        command.Add(_timeout);
        command.Add(_json);
    }

    internal bool IsJson(ParseResult parsed) => parsed.GetValue(_json);

    /// <param name="parsed">The command line.</param>
    /// <param name="longer">How long the server may take in good order, besides what is waited for it in any case.</param>
    /// <exception cref="CommandException">The address or the file is none.</exception>
    internal RemoteServer Server(ParseResult parsed, TimeSpan longer = default)
    {
        WatchedOutput.Use();
        var text = parsed.GetValue(_server) ?? Environment.GetEnvironmentVariable(EndpointVariable) ?? DefaultEndpoint;
        if (!Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}", UriKind.Absolute, out var address)
            || address.Scheme is not ("http" or "https" or "ws" or "wss"))
        {
            throw new CommandException($"An address is expected, as {DefaultEndpoint}; '{text}' came.");
        }

        var seconds = parsed.GetValue(_timeout);
        if (seconds is not (> 0 and <= 86_400))
            throw new CommandException($"--timeout: seconds above 0 are expected; {seconds} came.");

        return new RemoteServer(address, Token(parsed), TimeSpan.FromSeconds(seconds) + longer);
    }

    private string? Token(ParseResult parsed)
    {
        if (parsed.GetValue(_tokenFile) is not { } file)
            return Environment.GetEnvironmentVariable(TokenVariable) is { Length: > 0 } token ? token.Trim() : null;

        try
        {
            var text = (file == "-" ? Console.In.ReadToEnd() : File.ReadAllText(file)).Trim();
            return text.Length > 0 ? text : throw new CommandException($"--token-file {file}: a token is expected; there is none in it.");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"--token-file {file} cannot be read: {unreadable.Message}", unreadable);
        }
    }
}

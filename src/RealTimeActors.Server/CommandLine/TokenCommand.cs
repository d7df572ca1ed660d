using System.CommandLine;
using System.Text.Json;
using RealTimeActors.Edge.Authentication.Issuing;
using RealTimeActors.Edge.Authentication.Jwt;
using RealTimeActors.Engine.Access;
using RealTimeActors.Hocon;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Server.CommandLine;

/// <summary><c>realtime token</c>: signs a token with the configuration's own key, for trying out, for services and for tests.</summary>
internal sealed class TokenCommand(LocalOptions local)
{
    private readonly Option<string> _subject = new("--subject", "-s") { Description = "The user.", Required = true };
    private readonly Option<string> _lifetime = new("--lifetime") { Description = "How long it is good, as 15m or 24h. Default 1h.", DefaultValueFactory = _ => "1h" };
    private readonly Option<string[]> _roles = new("--role") { Description = "A role; may be given again.", DefaultValueFactory = _ => [] };
    private readonly Option<string[]> _channels = new("--channel")
    {
        Description = $"Rights on the channels of a pattern, as 'funding.>=subscribe,history'; may be given again. Rights: {GrantClaims.RightNames}.",
        HelpName = "PATTERN=RIGHTS",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string?> _kid = new("--kid") { Description = "The key to sign with, where there are several." };
    private readonly Option<bool> _json = new("--json") { Description = "Answer in JSON, with the moment in which it expires." };

    internal static Command Create(LocalOptions local) => new TokenCommand(local).Build();

    private Command Build()
    {
        var command = new Command("token", "Signs a token with the key of the configuration and prints it.") { _subject, _lifetime, _roles, _channels, _kid, _json };
        local.AddTo(command);
        command.SetAction((parsed, _) => Running.RunAsync(() => Task.FromResult(Issue(parsed))));
        return command;
    }

    private int Issue(ParseResult parsed)
    {
        if (local.Read(parsed).Jwt is not { } options)
            throw new CommandException("realtime.auth.mode = jwt and a key to sign with are expected in the configuration: name it with --config.");

        var text = parsed.GetRequiredValue(_lifetime);
        if (!HoconDuration.TryParse(text, out var lifetime))
            throw new CommandException($"--lifetime: a duration is expected, as 15m or 24h; '{text}' came.");

        try
        {
            var token = new TokenIssuer(options, TimeProvider.System).Issue(new TokenRequest
            {
                Subject = parsed.GetRequiredValue(_subject),
                Lifetime = lifetime,
                Roles = parsed.GetValue(_roles) ?? [],
                Channels = [.. (parsed.GetValue(_channels) ?? []).Select(GrantOf)],
                Kid = parsed.GetValue(_kid),
            });
            Console.WriteLine(parsed.GetValue(_json) ? JsonSerializer.Serialize(new { token, expires = DateTimeOffset.UtcNow + lifetime }) : token);
            return Exit.Done;
        }
        catch (TokenRefusedException refused)
        {
            throw new CommandException(refused.Message, refused);
        }
    }

    private static ChannelGrant GrantOf(string text)
    {
        var equals = text.LastIndexOf('=');
        if (equals < 0)
            throw new CommandException($"--channel: a pattern and its rights are expected, as 'funding.>=subscribe,history'; '{text}' came.");

        if (!ChannelPattern.TryParse(text[..equals], out var pattern, out var error))
            throw new CommandException($"--channel {text}: {error}");

        var rights = Rights.None;
        foreach (var name in text[(equals + 1)..].Split(',', StringSplitOptions.TrimEntries))
            rights |= GrantClaims.RightNamed(name) ?? throw new CommandException($"--channel {text}: one of {GrantClaims.RightNames} is expected; '{name}' came.");

        return new ChannelGrant(pattern, rights);
    }
}

using System.CommandLine;
using RealTimeActors.Hocon;
using RealTimeActors.Hosting.Settings;

namespace RealTimeActors.Server.CommandLine;

/// <summary>The options of the commands that work with a configuration: which file, and what is set over it.</summary>
internal sealed class LocalOptions
{
    internal Option<string?> Config { get; } = new("--config")
    {
        Description = "Configuration file: HOCON (.conf), JSON or .properties. Every key is explained in hocon/reference.conf.",
        HelpName = "FILE",
    };

    internal Option<string[]> Set { get; } = new("--set")
    {
        Description = "One setting over the file's, as realtime.http.port=8081. The value is HOCON: lists and objects, too.",
        HelpName = "PATH=VALUE",
        AllowMultipleArgumentsPerToken = false,
    };

    internal void AddTo(Command command)
    {
        command.Add(Config);
        command.Add(Set);
    }

    /// <summary>What file and settings come to, whatever stands in it.</summary>
    /// <exception cref="SettingsException">The file or a setting cannot be read.</exception>
    internal HoconObject Resolve(ParseResult parsed) => SettingsSource.Resolve(parsed.GetValue(Config), parsed.GetValue(Set) ?? []);

    /// <exception cref="SettingsException">Something is wrong; it says all that is.</exception>
    internal ServerSettings Read(ParseResult parsed) => SettingsReader.Read(SettingsSource.Load(parsed.GetValue(Config), parsed.GetValue(Set) ?? []));
}

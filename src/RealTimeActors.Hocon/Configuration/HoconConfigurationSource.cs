using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.FileProviders;

namespace RealTimeActors.Hocon.Configuration;

/// <summary>A HOCON file as a source of configuration.</summary>
public sealed class HoconConfigurationSource : IConfigurationSource
{
    /// <summary>The file: .conf, .json or .properties. Relative to the builder's base path, as the other file sources have it.</summary>
    public required string Path { get; set; }

    /// <summary>Whether the file may be missing.</summary>
    public bool Optional { get; set; }

    /// <summary>Whether the configuration is read again when the file, or a file that it includes, changes.</summary>
    public bool ReloadOnChange { get; set; }

    /// <summary>How long to wait after a change before reading: programs that write a file seldom write it at once.</summary>
    public TimeSpan ReloadDelay { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Told why a changed file could not be read. The configuration stays as it was.</summary>
    public Action<HoconException>? OnReloadFailed { get; set; }

    /// <summary>By default substitutions may come from the environment.</summary>
    public HoconOptions Options { get; set; } = HoconOptions.WithEnvironment();

    public IConfigurationProvider Build(IConfigurationBuilder builder)
    {
        var root = (builder.GetFileProvider() as PhysicalFileProvider)?.Root ?? "";
        return new HoconFileConfigurationProvider(this, System.IO.Path.Combine(root, Path));
    }
}

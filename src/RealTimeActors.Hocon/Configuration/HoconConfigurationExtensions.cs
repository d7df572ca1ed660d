using Microsoft.Extensions.Configuration;

namespace RealTimeActors.Hocon.Configuration;

/// <summary>HOCON for Microsoft.Extensions.Configuration: <c>a.b = 1</c> is key <c>a:b</c>, the elements of a list are <c>a:0</c>, <c>a:1</c>.</summary>
public static class HoconConfigurationExtensions
{
    /// <summary>Adds a HOCON file (.conf, .json or .properties) with everything it includes. <c>${NAME}</c> may come from the environment.</summary>
    /// <param name="builder">Takes the source.</param>
    /// <param name="path">Relative to the builder's base path.</param>
    /// <param name="optional">Whether the file may be missing.</param>
    /// <param name="reloadOnChange">Whether it is read again when it, or a file that it includes, changes. What cannot be read then changes nothing.</param>
    public static IConfigurationBuilder AddHoconFile(this IConfigurationBuilder builder, string path, bool optional = false, bool reloadOnChange = false) =>
        builder.Add(new HoconConfigurationSource { Path = path, Optional = optional, ReloadOnChange = reloadOnChange });

    /// <summary>Adds a HOCON text, read and resolved at once.</summary>
    /// <param name="builder">Takes the source.</param>
    /// <param name="text">HOCON, with or without the outer braces.</param>
    /// <param name="name">Stands in messages where a file would.</param>
    /// <param name="options">Null: substitutions may come from the environment.</param>
    /// <exception cref="HoconException">The text is no object, or it cannot be resolved.</exception>
    public static IConfigurationBuilder AddHoconText(this IConfigurationBuilder builder, string text, string name = "text", HoconOptions? options = null) =>
        builder.AddHocon(new HoconDocument(options ?? HoconOptions.WithEnvironment()).AddText(text, name).Resolve());

    /// <summary>Adds a configuration that is resolved already.</summary>
    public static IConfigurationBuilder AddHocon(this IConfigurationBuilder builder, HoconObject values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return builder.Add(new HoconValuesSource(values));
    }

    /// <summary>Where the value of a key, or of the first key below it, was written. Null where HOCON does not say it: another source has the last word.</summary>
    /// <param name="configuration">The whole configuration; of a section of it nothing is known.</param>
    /// <param name="key">With colons.</param>
    public static HoconOrigin? OriginOf(this IConfiguration configuration, string key)
    {
        if (configuration is not IConfigurationRoot root)
            return null;

        var deciding = root.Providers.LastOrDefault(provider => provider.TryGet(key, out _))
            ?? root.Providers.LastOrDefault(provider => provider.GetChildKeys([], key).Any());
        return (deciding as HoconConfigurationProvider)?.OriginOf(key);
    }
}

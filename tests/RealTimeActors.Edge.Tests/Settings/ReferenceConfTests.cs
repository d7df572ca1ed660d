using Microsoft.Extensions.Configuration;
using RealTimeActors.Hocon;
using RealTimeActors.Hocon.Configuration;
using RealTimeActors.Hosting.Settings;

namespace RealTimeActors.Edge.Tests.Settings;

public sealed class ReferenceConfTests
{
    private static readonly string _file = Path.Combine(RepositoryRoot(), "hocon", "reference.conf");

    [Fact]
    public void Names_every_key_with_its_default_and_nothing_else()
    {
        var log = new ReadLog(_ => null);
        SettingsReader.Read(new ConfigurationBuilder().Build(), log);
        var documented = SettingsSource.Load(_file, []);

        Assert.Empty(log.Problems);
        foreach (var (path, fallback) in log.Defaults)
        {
            var section = documented.GetSection(path.Replace('.', ':'));
            if (fallback.Length == 0)
                Assert.Empty(section.GetChildren());
            else
                Assert.True(IsSame(section.Value, fallback), $"{path}: the default is {fallback}; reference.conf says {section.Value ?? "nothing"}.");
        }
    }

    [Fact]
    public void Documents_every_key_in_a_comment_directly_above_it()
    {
        var log = new ReadLog(_ => null);
        SettingsReader.Read(new ConfigurationBuilder().Build(), log);
        var documented = SettingsSource.Load(_file, []);
        var lines = File.ReadAllLines(_file);

        foreach (var path in log.Defaults.Keys)
        {
            var line = documented.OriginOf(path.Replace('.', ':'))?.Line ?? 0;
            Assert.True(line > 1, $"{path} is not in reference.conf.");
            Assert.True(lines[line - 1].Contains(path[(path.LastIndexOf('.') + 1)..], StringComparison.Ordinal), $"{path}: line {line} of reference.conf is not about it.");
            Assert.True(lines[line - 2].Trim() is ['#', ' ', _, _, ..], $"{path}: no comment in reference.conf says what it does (line {line}).");
        }
    }

    [Fact]
    public void Reads_as_what_holds_without_any_configuration()
    {
        var documented = SettingsReader.Read(SettingsSource.Load(_file, []));
        var defaults = SettingsReader.Read(new ConfigurationBuilder().Build());

        Assert.Equal(
            defaults with { Edge = documented.Edge, Engine = documented.Engine },
            documented);
        Assert.Equal(defaults.Edge with { Origins = documented.Edge.Origins }, documented.Edge);
        Assert.Equal(defaults.Engine with { Channels = documented.Engine.Channels }, documented.Engine);
    }

    [Fact]
    public void The_configuration_for_one_node_can_be_read()
    {
        var settings = SettingsReader.Read(SettingsSource.Load(Path.Combine(RepositoryRoot(), "hocon", "single-node.conf"), []));

        Assert.Equal(2, settings.Engine.Channels.Count);
    }

    /// <summary>The same text, or the same size in another unit.</summary>
    private static bool IsSame(string? documented, string fallback) =>
        documented == fallback || (documented is not null && HoconSize.TryParse(documented, out var one) && HoconSize.TryParse(fallback, out var other) && one == other);

    private static string RepositoryRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "RealTimeActors.sln")))
            directory = directory.Parent;

        return directory.FullName;
    }
}

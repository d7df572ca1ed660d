using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;
using RealTimeActors.Hocon.Configuration;
using RealTimeActors.Hocon.Tests.Support;

namespace RealTimeActors.Hocon.Tests.Configuration;

public sealed class HoconConfigurationTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Paths_have_colons_and_lists_have_numbers()
    {
        var configuration = new ConfigurationBuilder().AddHoconText("""
            a.b { c = text, d = 1.50, e = true }
            l = [ x, { y = 1 }, [ z ] ]
            "dotted.key" = 5
            """).Build();

        Assert.Equal(("text", "1.50", "true"), (configuration["a:b:c"], configuration["A:B:D"], configuration["a:b:e"]));
        Assert.Equal(("x", "1", "z"), (configuration["l:0"], configuration["l:1:y"], configuration["l:2:0"]));
        Assert.Equal("5", configuration["dotted.key"]);
        Assert.Equal(["0", "1", "2"], configuration.GetSection("l").GetChildren().Select(child => child.Key));
    }

    [Theory]
    [InlineData("x = null")]
    [InlineData("x = {}")]
    [InlineData("x = []")]
    public void Null_and_what_is_empty_is_a_key_without_a_value(string text)
    {
        var configuration = new ConfigurationBuilder().AddHoconText(text).Build();

        Assert.Null(configuration["x"]);
        Assert.Equal(["x"], configuration.GetChildren().Select(child => child.Key));
        Assert.False(configuration.GetSection("x").Exists());
    }

    [Theory]
    [InlineData("a { Amount = sum\n amount = max }", "text:2:11: expected keys that a configuration can tell apart, found a.amount, which is the one of text:1 but for upper and lower case")]
    [InlineData("a.b = 1\n\"a:b\" = 2", "found a.b, which is the one of text:")]
    public void Keys_that_a_configuration_would_take_for_one_are_refused(string text, string expected)
    {
        var refused = Assert.Throws<HoconException>(() => new ConfigurationBuilder().AddHoconText(text).Build());

        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_are_bound()
    {
        var configuration = new ConfigurationBuilder().AddHoconText("server { name = n, ports = [1, 2], limits { 0 = 5, 1 = 6 } }").Build();

        var bound = configuration.GetSection("server").Get<Server>()!;

        Assert.Equal("n", bound.Name);
        Assert.Equal([1, 2], bound.Ports);
        Assert.Equal([5, 6], bound.Limits);
    }

    [Fact]
    public void Every_key_knows_where_it_was_written()
    {
        var file = _folder.Write("my.conf", "a {\n  b = 1\n  c = [\n    2\n    {}\n  ]\n}\nx = 5");
        var configuration = new ConfigurationBuilder().AddHoconFile(file).AddInMemoryCollection([new("x", "6")]).Build();

        Assert.Equal($"{file}:2", configuration.OriginOf("a:b").ToString());
        Assert.Equal($"{file}:4", configuration.OriginOf("a:c:0").ToString());
        Assert.Equal($"{file}:5", configuration.OriginOf("a:c:1").ToString());
        Assert.Equal($"{file}:2", configuration.OriginOf("a").ToString());
        Assert.Null(configuration.OriginOf("x"));
        Assert.Null(configuration.OriginOf("y"));
        Assert.Null(configuration.GetSection("a").OriginOf("b"));
    }

    [Fact]
    public void A_later_source_hides_an_earlier_one()
    {
        var configuration = new ConfigurationBuilder().AddHoconText("a = 1, b = 1", "first").AddHoconText("b = 2", "second").Build();

        Assert.Equal(("1", "2"), (configuration["a"], configuration["b"]));
        Assert.Equal(("first:1", "second:1"), (configuration.OriginOf("a").ToString(), configuration.OriginOf("b").ToString()));
    }

    [Fact]
    public void Files_of_all_three_kinds_are_read_from_the_base_path()
    {
        _folder.Write("a.conf", "a = ${?HOCON_TEST_NOT_SET}, a = ${b}\nb = conf");
        _folder.Write("a.json", """{ "j": "json" }""");
        _folder.Write("a.properties", "p.q=props");
        var configuration = new ConfigurationBuilder().SetBasePath(_folder.PathOf("")).AddHoconFile("a.conf").AddHoconFile("a.json").AddHoconFile("a.properties").Build();

        Assert.Equal(("conf", "json", "props"), (configuration["a"], configuration["j"], configuration["p:q"]));
    }

    [Fact]
    public void Variables_of_the_environment_are_found()
    {
        var variable = $"HOCON_TEST_{Guid.NewGuid():N}";
        Environment.SetEnvironmentVariable(variable, "from outside");
        var file = _folder.Write("a.conf", $"a = ${{{variable}}}");

        Assert.Equal("from outside", new ConfigurationBuilder().AddHoconFile(file).Build()["a"]);
        Environment.SetEnvironmentVariable(variable, null);
    }

    [Fact]
    public void A_missing_file_is_an_error_unless_it_is_optional()
    {
        var missing = _folder.PathOf("missing.conf");

        Assert.Throws<HoconException>(() => new ConfigurationBuilder().AddHoconFile(missing).Build());
        Assert.Empty(new ConfigurationBuilder().AddHoconFile(missing, optional: true).Build().GetChildren());
    }

    [Fact]
    public void A_list_is_no_configuration()
    {
        var file = _folder.Write("a.conf", "[1]");

        Assert.Equal($"{file}:1:1: expected an object, found a list", Assert.Throws<HoconException>(() => new ConfigurationBuilder().AddHoconFile(file).Build()).Message);
    }

    [Fact]
    public async Task A_change_of_an_included_file_is_seen_and_a_wrong_one_changes_nothing()
    {
        var failed = new TaskCompletionSource<HoconException>(TaskCreationOptions.RunContinuationsAsynchronously);
        _folder.Write("b.conf", "b = 1");
        var file = _folder.Write("a.conf", "include \"b.conf\"\na = ${b}");
        var source = new HoconConfigurationSource { Path = file, ReloadOnChange = true, ReloadDelay = TimeSpan.Zero, OnReloadFailed = Failed };
        var configuration = new ConfigurationBuilder().Add(source).Build();
        using var owner = (IDisposable)configuration;
        var first = configuration["a"];

        await Until(configuration, () => configuration["a"] == "2", () => _folder.Write("b.conf", "b = 2"));
        _folder.Write("b.conf", "b = [");
        var bad = await failed.Task.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal("1", first);
        Assert.Equal((1, 6), (bad.Line, bad.Column));
        Assert.Equal("2", configuration["a"]);

        // A file that is just being written may be seen half, which is an error of another file here, and passes.
        void Failed(HoconException bad)
        {
            if (bad.File == _folder.PathOf("b.conf"))
                failed.TrySetResult(bad);
        }
    }

    [Fact]
    public async Task A_file_that_appears_is_seen()
    {
        var file = _folder.PathOf("late.conf");
        var configuration = new ConfigurationBuilder().AddHoconFile(file, optional: true, reloadOnChange: true).Build();
        using var owner = (IDisposable)configuration;

        await Until(configuration, () => configuration["a"] == "1", () => _folder.Write("late.conf", "a = 1"));

        Assert.Equal("1", configuration["a"]);
    }

    /// <summary>Waits for reloads until something holds. Armed before the change.</summary>
    private static async Task Until(IConfigurationRoot configuration, Func<bool> holds, Action change)
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = ChangeToken.OnChange(configuration.GetReloadToken, () =>
        {
            if (holds())
                held.TrySetResult();
        });

        change();
        await held.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private sealed record Server
    {
        public string Name { get; init; } = "";

        public int[] Ports { get; init; } = [];

        public int[] Limits { get; init; } = [];
    }
}

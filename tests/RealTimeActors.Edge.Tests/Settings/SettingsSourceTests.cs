using RealTimeActors.Hosting.Settings;

namespace RealTimeActors.Edge.Tests.Settings;

public sealed class SettingsSourceTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("settings-tests-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("a.conf", "realtime { http.port = 81, node = n2 }")]
    [InlineData("a.json", """{ "realtime": { "http": { "port": 81 }, "node": "n2" } }""")]
    [InlineData("a.properties", "realtime.http.port=81\nrealtime.node=n2")]
    public void Reads_hocon_json_and_properties(string name, string text)
    {
        var settings = SettingsReader.Read(SettingsSource.Load(Write(name, text), []));

        Assert.Equal((81, "n2"), (settings.Port, settings.Engine.Node));
    }

    [Fact]
    public void A_file_may_include_others_and_use_the_environment()
    {
        Write("channels.conf", """realtime.channels += { pattern = "b" }""");
        var file = Write("a.conf", """
            realtime.http.port = 81
            realtime.http.port = ${?PORT}
            realtime.channels = [ { pattern = "a" } ]
            include "channels.conf"
            """);

        var settings = SettingsReader.Read(SettingsSource.Load(file, [], name => name == "PORT" ? "82" : null));

        Assert.Equal(82, settings.Port);
        Assert.Equal(["a", "b"], settings.Engine.Channels.Select(rule => rule.Pattern.Text));
    }

    [Fact]
    public void A_problem_names_the_file_and_the_line()
    {
        var file = Write("my.conf", "realtime {\n  http {\n    port = many\n  }\n  channels = [\n    { patern = x }\n  ]\n}");

        var bad = Assert.Throws<SettingsException>(() => SettingsReader.Read(SettingsSource.Load(file, [])));

        Assert.Contains($"realtime.http.port ({file}:3): a whole number from 0 to 65535 is expected; 'many' came.", bad.Problems);
        Assert.Contains($"realtime.channels.0.patern ({file}:6): this key is not known; did you mean realtime.channels.0.pattern?", bad.Problems);
    }

    [Theory]
    [InlineData("realtime.node=n2", "n2")]
    [InlineData("realtime.\"node\"=n2", "n2")]
    [InlineData("realtime.node = n2 ", "n2")]
    [InlineData("realtime.node=\"n 2\"", "n 2")]
    [InlineData("realtime.node=http://x/y#z", "http://x/y#z")]
    [InlineData("realtime.node=a=b", "a=b")]
    [InlineData("realtime.node=${HOST}-1", "box-1")]
    [InlineData("realtime.node=${realtime.http.host}", "127.0.0.9")]
    [InlineData("realtime.node=${?NONE}", "of the file")]
    [InlineData("realtime.node=null", "n1")]
    public void A_setting_is_hocon_where_it_looks_like_it_and_a_text_otherwise(string set, string node)
    {
        var file = Write("a.conf", "realtime { node = of the file, http.host = 127.0.0.9 }");

        Assert.Equal(node, SettingsReader.Read(SettingsSource.Load(file, [set], name => name == "HOST" ? "box" : null)).Engine.Node);
    }

    [Fact]
    public void A_setting_takes_the_place_of_an_object()
    {
        var file = Write("a.conf", "realtime.http { port = 1, host = \"::1\" }");

        var settings = SettingsReader.Read(SettingsSource.Load(file, ["realtime.http={ port = 2 }"]));

        Assert.Equal((2, "127.0.0.1"), (settings.Port, settings.Host));
    }

    [Fact]
    public void The_file_refers_to_what_is_set()
    {
        var file = Write("a.conf", "realtime { node = n-${realtime.http.port}, http.port = 1 }");

        Assert.Equal("n-2", SettingsReader.Read(SettingsSource.Load(file, ["realtime.http.port=2"])).Engine.Node);
    }

    [Theory]
    [InlineData("realtime.channels=[{]", "--set realtime.channels: expected a key or '}', found ']' (character 3 of the value).")]
    [InlineData("realtime..node=1", "--set realtime..node: expected a key before, between and after the dots of a path, found an empty one (write \"\" for a key of no characters).")]
    [InlineData("node=1", "--set node: a setting under realtime is expected, as --set realtime.http.port=8081.")]
    [InlineData("realtime=1", "--set realtime: a setting under realtime is expected, as --set realtime.http.port=8081.")]
    [InlineData("realtime.node", "--set: a setting under realtime is expected, as --set realtime.http.port=8081.")]
    [InlineData("realtime.node=${NONE}", "--set: expected a value for ${NONE}, found none (write ${?NONE} if it may be missing).")]
    public void A_wrong_setting_is_told_without_its_value(string set, string problem)
    {
        var bad = Assert.Throws<SettingsException>(() => SettingsSource.Load(null, [set], _ => null));

        Assert.Equal([problem], bad.Problems);
    }

    [Fact]
    public void No_problem_with_the_syntax_repeats_a_secret()
    {
        var file = Write("a.conf", "realtime.auth.secret = hunter2 {");

        Assert.DoesNotContain("hunter2", Assert.Throws<SettingsException>(() => SettingsSource.Load(file, [])).Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", Assert.Throws<SettingsException>(() => SettingsSource.Load(null, ["realtime.auth.secret=\"hunter2"])).Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", Assert.Throws<SettingsException>(() => SettingsSource.Load(null, ["realtime.auth.secret:hunter2"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_substitution_in_quotes_is_a_mistake()
    {
        var file = Write("a.conf", "realtime {\n  node = \"${?NODE}\"\n}");

        var bad = Assert.Throws<SettingsException>(() => SettingsReader.Read(SettingsSource.Load(file, [], _ => "n2")));

        Assert.Equal([$"realtime.node ({file}:2): a text is expected; a substitution in quotes came, which is not looked up: write it without quotes."], bad.Problems);
    }

    [Fact]
    public void Words_for_yes_and_no_are_those_of_hocon()
    {
        Assert.False(SettingsReader.Read(SettingsSource.Load(null, ["realtime.machine-figures.enabled=off"])).MachineFiguresEnabled);
        Assert.True(SettingsReader.Read(SettingsSource.Load(null, ["realtime.machine-figures.enabled=yes"])).MachineFiguresEnabled);
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}

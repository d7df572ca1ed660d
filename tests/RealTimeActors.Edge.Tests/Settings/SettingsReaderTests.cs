using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using RealTimeActors.Hosting;
using RealTimeActors.Hosting.Settings;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Edge.Tests.Settings;

public sealed class SettingsReaderTests
{
    [Fact]
    public void Reads_what_is_set_and_keeps_the_defaults_of_the_rest()
    {
        var settings = Read("realtime.http.port=18080", "realtime.drain.within=250ms", "realtime.drain.spread=7s", "realtime.limits.frame-bytes=128KiB", "realtime.log.level=debug");

        Assert.Equal(18080, settings.Port);
        Assert.Equal("127.0.0.1", settings.Host);
        Assert.Equal(TimeSpan.FromMilliseconds(250), settings.DrainWithin);
        Assert.Equal(TimeSpan.FromSeconds(7), settings.DrainSpread);
        Assert.Equal(131_072, settings.Engine.FrameBytesMax);
        Assert.Equal(131_072, settings.Edge.FrameBytesMax);
        Assert.Equal(LogLevel.Debug, settings.LogLevel);
        Assert.Equal(TimeSpan.FromDays(7), settings.Engine.SessionExpiry);
    }

    [Fact]
    public void What_an_application_says_of_a_pattern_in_code_goes_over_its_configuration()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create<string, string?>("realtime:channels:0:pattern", "a")]).Build();
        var options = new RealTimeActorsOptions { Channels = { new ChannelRule("a") { IsDurable = false } } };

        Assert.False(ApplicationSettings.Read(configuration, options, Path.GetTempPath()).Engine.SettingsOf(ChannelName.Parse("a")).IsDurable);

        options.Channels.Add(new ChannelRule("a"));
        var twice = Assert.Throws<SettingsException>(() => ApplicationSettings.Read(configuration, options, Path.GetTempPath()));
        Assert.StartsWith("realtime.channels.1.pattern (in code): each pattern is expected once", Assert.Single(twice.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void The_most_specific_pattern_of_a_channel_counts_whatever_the_order()
    {
        var settings = Read("""
            realtime.channels=[{"pattern":">","durability":"ephemeral","offline":"keep"},{"pattern":"a.b","retention":{"count":5,"age":"1d","bytes":"1KiB"}},{"pattern":"a.*"}]
            """.Trim());

        var exact = settings.Engine.SettingsOf(ChannelName.Parse("a.b"));
        Assert.True(exact.IsDurable);
        Assert.Equal((5L, TimeSpan.FromDays(1), 1_024L), (exact.Retention.Count, exact.Retention.Age, exact.Retention.Bytes));
        Assert.Null(settings.Engine.SettingsOf(ChannelName.Parse("a.c")).Retention.Count);
        Assert.True(settings.Engine.SettingsOf(ChannelName.Parse("b")).KeepsForOffline);
    }

    [Theory]
    [InlineData("realtime.http.port=70000", "realtime.http.port (--set): a whole number from 0 to 65535 is expected; '70000' came.")]
    [InlineData("realtime.drain.within=soon", "realtime.drain.within (--set): a duration from 0s to 10m (a number with ms, s, m, h or d, as 100ms, 5s or 7d) is expected; 'soon' came.")]
    [InlineData("realtime.htp.port=1", "realtime.htp (--set): this key is not known; did you mean realtime.http?")]
    [InlineData("realtime.http.prot=1", "realtime.http.prot (--set): this key is not known; did you mean realtime.http.port?")]
    [InlineData("realtime.journal.provider=mysql", "realtime.journal.provider (--set): sqlite or postgresql or memory is expected; 'mysql' came.")]
    [InlineData("realtime.journal.provider=postgresql", "realtime.journal.postgresql.connection-string: the database is expected, as Host=db;Database=realtime;Username=realtime;Password=…, since journal.provider is postgresql; nothing came.")]
    [InlineData("realtime.journal.postgresql.schema=Pg-1", "realtime.journal.postgresql.schema (--set): 1 to 63 of a-z, 0-9 and _ are expected, not beginning with a digit or pg_; 'Pg-1' came.")]
    [InlineData("realtime.auth.mode=jwt", "realtime.auth.jwt: a key is expected that tokens can be checked with (hs256-secret, keys or jwks-url); there is none that can be used.")]
    [InlineData("realtime.http={\"port\":{}}", null)]
    [InlineData("realtime.http=8080", "realtime.http (--set): an object is expected; '8080' came.")]
    [InlineData("realtime.channels=[{\"pattern\":\"a.>\",\"retension\":{}}]", "realtime.channels.0.retension (--set): this key is not known; did you mean realtime.channels.0.retention?")]
    [InlineData("realtime.channels=[{\"pattern\":\"a.>\",\"retention\":{\"cuont\":1}}]", "realtime.channels.0.retention.cuont (--set): this key is not known; did you mean realtime.channels.0.retention.count?")]
    [InlineData("realtime.channels=[{pattern=a},{pattern=a}]", "realtime.channels.1.pattern (--set): each pattern is expected once; 'a' stands in an entry before this one. Make one entry of them.")]
    [InlineData("realtime.channels=[{\"pattern\":\"a.>.b\"}]", "realtime.channels.0.pattern (--set): a channel pattern is expected; 'a.>.b' came: A pattern has > only at its end; more comes after it.")]
    [InlineData("realtime.channels=[{\"pattern\":\"a\",\"offline\":\"keep\"}]", "realtime.channels.0.offline (--set): 'keep' is for ephemeral channels; a durable channel keeps everything in its log anyway.")]
    [InlineData("realtime.session.reconnect.min=6s", "realtime.session.reconnect.max: a duration not below min (6000ms) is expected; 5000ms came.")]
    public void Names_the_key_the_place_and_what_is_expected(string set, string? problem)
    {
        if (problem is null)
        {
            // An empty object says nothing.
            Assert.Equal(8080, Read(set).Port);
            return;
        }

        var bad = Assert.Throws<SettingsException>(() => Read(set));

        Assert.Equal([problem], bad.Problems);
    }

    [Fact]
    public void Tells_all_that_is_wrong_at_once()
    {
        var bad = Assert.Throws<SettingsException>(() => Read("realtime.http.port=x", "realtime.limits.connections=0"));

        Assert.Equal(2, bad.Problems.Count);
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("192.168.1.5")]
    [InlineData("example.org")]
    public void Refuses_to_be_reachable_by_others_while_it_asks_nobody_who_they_are(string host)
    {
        var bad = Assert.Throws<SettingsException>(() => Read($"realtime.http.host={host}"));

        Assert.StartsWith("realtime.http.host (--set): a loopback address", bad.Problems.Single(), StringComparison.Ordinal);
        Assert.Contains("auth.mode none", bad.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("::1")]
    [InlineData("127.0.0.2")]
    [InlineData("localhost")]
    public void Listens_on_any_loopback_address(string host) => Assert.Equal(host, Read($"realtime.http.host={host}").Host);

    [Theory]
    [InlineData("realtime.http.port")]
    [InlineData("http.port=1")]
    [InlineData("=1")]
    [InlineData("realtime.channels=[{]")]
    public void Refuses_a_setting_that_is_none(string set) => Assert.Throws<SettingsException>(() => Read(set));

    [Fact]
    public void What_is_set_replaces_a_whole_list_of_the_file()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, """
            // A comment, and a comma at the end.
            { "realtime": { "channels": [ { "pattern": "a" }, { "pattern": "b" } ], "http": { "port": 1, "host": "::1" }, } }
            """);

        var settings = SettingsReader.Read(SettingsSource.Load(file, ["""realtime.channels=[{"pattern":"c"}]""", "realtime.http.port=2"]));
        File.Delete(file);

        Assert.Equal(["c"], settings.Engine.Channels.Select(rule => rule.Pattern.Text));
        Assert.Equal((2, "::1"), (settings.Port, settings.Host));
    }

    [Theory]
    [InlineData("{ \"realtime\": { \"http\": ", ":1:25: expected a value, found the end of the text.")]
    [InlineData("[]", ":1:1: expected an object, found a list.")]
    [InlineData("{ \"realtim\": {} }", "\"realtim\" stands beside it")]
    public void Says_what_is_wrong_with_a_file(string text, string part)
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, text);

        var bad = Assert.Throws<SettingsException>(() => SettingsSource.Load(file, []));
        File.Delete(file);

        Assert.Contains(part, bad.Problems.Single(), StringComparison.Ordinal);
        Assert.Contains(file, bad.Problems.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void Says_which_file_is_missing()
    {
        var bad = Assert.Throws<SettingsException>(() => SettingsSource.Load("no-such-file.conf", []));

        Assert.Contains("no-such-file.conf", bad.Problems.Single(), StringComparison.Ordinal);
    }

    private static ServerSettings Read(params string[] sets) => SettingsReader.Read(SettingsSource.Load(null, sets));
}

using RealTimeActors.Engine.Channels;
using RealTimeActors.Hosting.Settings;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Edge.Tests.Settings;

public sealed class MergeSettingsTests
{
    private const string Longest = "RealTimeActors.Edge.Tests.Settings.LongestText";
    private const string Assembly = "RealTimeActors.Edge.Tests";

    [Fact]
    public void Without_a_word_the_last_write_counts_everywhere()
    {
        var settings = Of(Read());

        Assert.Equal("rules 1\ndefault last-write", settings.Merge.Text);
        Assert.Equal((10_000, 16L << 20, 32 << 10), (settings.State.EntriesMax, settings.State.BytesMax, settings.State.EntryBytesMax));
    }

    [Fact]
    public void Rules_stand_by_path_and_bounds_beside_them()
    {
        var settings = Of(Read("""
            realtime.channels=[{"pattern":"a","merge":{"default":"first-write","fields":{"amount":"sum","address.city":"max","votes.*":"union","prices.\"a.b\"":"min"}},"state":{"entries":5,"bytes":"1MiB","entry-bytes":"1KiB","key-bytes":20,"depth":3,"fields":7,"set-members":8}}]
            """.Trim()));

        Assert.Equal("rules 1\ndefault first-write\nmax address.city\nsum amount\nmin prices.\"a.b\"\nunion votes.*", settings.Merge.Text);
        Assert.Equal((5, 1L << 20, 1 << 10, 20, 3, 7, 8), (
            settings.State.EntriesMax, settings.State.BytesMax, settings.State.EntryBytesMax, settings.State.KeyBytesMax, settings.State.DepthMax, settings.State.FieldsMax, settings.State.SetMembersMax));
    }

    [Fact]
    public void What_could_not_be_processed_is_tried_again_as_the_channel_says()
    {
        var settings = Of(Read("""realtime.channels=[{"pattern":"a","retry":{"attempts":3,"delay":"50ms","delay-max":"1s"}}]"""));

        Assert.Equal((3, TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(1)), (settings.Retry.Attempts, settings.Retry.Delay, settings.Retry.DelayMax));
    }

    [Theory]
    [InlineData("""{"fields":{"title":{"custom":"longest"}}}""", "rules 1\ndefault last-write\ncustom:longest title")]
    [InlineData("""{"default":{"custom":"longest"}}""", "rules 1\ndefault custom:longest")]
    [InlineData("""{"fields":{"title":"custom:longest"}}""", "rules 1\ndefault last-write\ncustom:longest title")]
    public void A_rule_of_ones_own_is_a_class_with_a_name(string merge, string rules)
    {
        var settings = Read($"realtime.state.rules={{\"longest\":\"{Longest}, {Assembly}\"}}", $$"""realtime.channels=[{"pattern":"a","merge":{{merge}}}]""");

        Assert.Equal(rules, Of(settings).Merge.Text);
        Assert.Equal(["longest"], settings.Engine.MergeRules.Keys);
        Assert.IsType<LongestText>(settings.Engine.MergeRules["longest"]);
    }

    [Fact]
    public void Its_assembly_is_loaded_from_the_directory_that_is_named()
    {
        var directory = Directory.CreateTempSubdirectory("realtime-rules-");
        try
        {
            // Under another name it is none of those that are here already.
            File.Copy(typeof(LongestText).Assembly.Location, Path.Combine(directory.FullName, "Stranger.dll"));

            var settings = Read($"realtime.state.rules={{\"longest\":\"{Longest}, Stranger\"}}", $"realtime.state.rules-directory=\"{directory.FullName}\"");

            var rule = settings.Engine.MergeRules["longest"];
            Assert.Equal(Longest, rule.GetType().FullName);
            Assert.NotEqual(typeof(LongestText), rule.GetType());
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("""realtime.channels=[{"pattern":"a","merge":{"fields":{"x":"longest"}}}]""", "realtime.channels.0.merge.fields", "The rule 'longest' of the path 'x' is not known; last-write, first-write")]
    [InlineData("""realtime.channels=[{"pattern":"a","merge":{"default":"sums"}}]""", "realtime.channels.0.merge.default", "The rule 'sums' is not known")]
    [InlineData("""realtime.channels=[{"pattern":"a","merge":{"default":"sums","fields":{"x":"sum"}}}]""", "realtime.channels.0.merge.default", "The rule 'sums' is not known")]
    [InlineData("""realtime.channels=[{"pattern":"a","merge":{"fields":{"a..b":"sum"}}}]""", "realtime.channels.0.merge.fields", "a..b")]
    [InlineData("""realtime.channels=[{"pattern":"a","merge":{"fields":{"x":{"custom":"median"}}}}]""", "realtime.channels.0.merge.fields.x", "'median' is none, and there are none")]
    [InlineData("""realtime.channels=[{"pattern":"a","merge":{"fields":{"x":{"costum":"median"}}}}]""", "realtime.channels.0.merge.fields.x", "a rule is expected, by its word or as { custom = \"name\" }; an object with 'costum' came")]
    [InlineData("""realtime.channels=[{"pattern":"a","merge":{"fields":{"x":{"custom":{"name":"median"}}}}}]""", "realtime.channels.0.merge.fields.x.custom", "a text is expected; an object or a list came")]
    [InlineData("""realtime.channels=[{pattern=a,merge{fields{address.city=sum}}}]""", "realtime.channels.0.merge.fields.address", "an object with 'city' came. A path with dots stands in quotes, as \"address.city\" = sum")]
    [InlineData("""realtime.channels=[{"pattern":"a","merge":{"fields":{"a:b":"sum"}}}]""", "realtime.channels.0.merge.fields.a", "an object with 'b' came. A path with dots stands in quotes, as \"address.city\" = sum, and none has a colon")]
    [InlineData("""realtime.channels=[{"pattern":"a","merge":"sum"}]""", "realtime.channels.0.merge", "an object is expected; 'sum' came")]
    [InlineData("""realtime.channels=[{"pattern":"a","merge":{"felds":{"x":"sum"}}}]""", "realtime.channels.0.merge.felds", "this key is not known; did you mean realtime.channels.0.merge.fields?")]
    [InlineData("""realtime.channels=[{"pattern":"a","durability":"ephemeral","merge":{"default":"sum"}}]""", "realtime.channels.0.merge", "it is for durable channels")]
    [InlineData("""realtime.channels=[{"pattern":"a","state":{"entry-bytes":"33KiB"}}]""", "realtime.channels.0.state.entry-bytes", "a size from 2 to 32768 bytes")]
    [InlineData("""realtime.state.rules={"x":"NoComma"}""", "realtime.state.rules.x", "a class and its assembly are expected, as \"Acme.Rules.Median, Acme.Rules\"; 'NoComma' came")]
    [InlineData("""realtime.state.rules={"x":"A.B, ../../etc/passwd"}""", "realtime.state.rules.x", "a class and its assembly are expected")]
    [InlineData("""realtime.state.rules={"x":"A.B, Acme.Nowhere"}""", "realtime.state.rules.x", "Acme.Nowhere.dll; there is none (realtime.state.rules-directory says where they are)")]
    [InlineData("""realtime.state.rules={"x":"A.B, RealTimeActors.Edge.Tests"}""", "realtime.state.rules.x", "it has no 'A.B', but " + Longest)]
    [InlineData("""realtime.state.rules={"x":"System.String, System.Private.CoreLib"}""", "realtime.state.rules.x", "a class that is an IMergeRule and has a public constructor without parameters is expected; System.String is not")]
    [InlineData("""realtime.state.rules={"a b":"RealTimeActors.Edge.Tests.Settings.LongestText, RealTimeActors.Edge.Tests"}""", "realtime.state.rules.a b", "up to 100 letters, digits")]
    [InlineData("realtime.channels=[{pattern=a,merge{fields{Amount=sum,amount=max}}}]", "--set: expected keys", "found realtime.channels.0.merge.fields.amount, which is")]
    [InlineData("""realtime.channels=[{"pattern":"a","merge":{"fields":{"votes.>":"sum"}}}]""", "realtime.channels.0.merge.fields", "names joined by dots, * for any one name; 'votes.>' came")]
    [InlineData("""realtime.channels=[{"pattern":"a","merge":{"fields":{"/votes/a":"sum"}}}]""", "realtime.channels.0.merge.fields", "'/votes/a' came")]
    [InlineData("""realtime.channels=[{"pattern":"a","merge":{"fields":{"votes[0].n":"sum"}}}]""", "realtime.channels.0.merge.fields", "'votes[0].n' came")]
    [InlineData("realtime.state.skew=soon", "realtime.state.skew", "a duration from 0s to 1h")]
    public void Names_the_key_and_what_is_expected(string set, string key, string message)
    {
        var bad = Assert.Throws<SettingsException>(() => Read(set));

        Assert.Contains(bad.Problems, problem => problem.StartsWith(key, StringComparison.Ordinal) && problem.Contains(message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_name_that_looks_like_another_notation_stands_in_quotes()
    {
        var settings = Of(Read("""realtime.channels=[{"pattern":"a","merge":{"fields":{"\"/votes\"":"sum","votes.\"n[0]\"":"max","a/b":"min"}}}]"""));

        Assert.Equal("rules 1\ndefault last-write\nsum /votes\nmin a/b\nmax votes.n[0]", settings.Merge.Text);
    }

    private static ChannelSettings Of(ServerSettings settings) => settings.Engine.SettingsOf(ChannelName.Parse("a"));

    private static ServerSettings Read(params string[] sets) => SettingsReader.Read(SettingsSource.Load(null, sets));
}

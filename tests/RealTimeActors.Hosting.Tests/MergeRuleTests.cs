using System.Net.Http.Json;
using System.Text.Json;
using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Hosting.Settings;
using RealTimeActors.Hosting.Tests.Support;

namespace RealTimeActors.Hosting.Tests;

/// <summary>Conflict rules that an application brings along, and those that it chooses.</summary>
public sealed class MergeRuleTests
{
    [Fact]
    public async Task A_rule_of_the_applications_own_decides_where_a_channel_names_it()
    {
        await using var app = await TestApplication.StartAsync(options =>
        {
            options.AddMergeRule("longest", new Longest());
            options.Channels.Add(new ChannelRule("notes") { MergeFields = new Dictionary<string, string> { ["title"] = "custom:longest", ["count"] = "sum" } });
        });

        await PatchAsync(app, """{"title":"the longer one","count":1}""");
        var mutated = await PatchAsync(app, """{"title":"short","count":2}""");

        var value = mutated.GetProperty("value");
        Assert.Equal(("the longer one", 3), (value.GetProperty("title").GetString(), value.GetProperty("count").GetInt32()));
    }

    [Fact]
    public async Task A_rule_that_nobody_brought_stops_the_start_and_says_where_it_is_named()
    {
        var bad = await Assert.ThrowsAsync<SettingsException>(() => TestApplication.StartAsync(options =>
        {
            options.AddMergeRule("longest", new Longest());
            options.Channels.Add(new ChannelRule("notes") { Merge = "custom:shortest" });
        }));

        Assert.Contains("realtime.channels.0.merge.default (in code)", Assert.Single(bad.Problems), StringComparison.Ordinal);
        Assert.Contains("'shortest' is none. There are longest", bad.Problems[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("two words")]
    [InlineData("")]
    public void A_name_is_letters_and_digits(string name)
    {
        Assert.Throws<ArgumentException>(() => new RealTimeActorsOptions().AddMergeRule(name, new Longest()));
    }

    [Fact]
    public void A_name_is_one_rules()
    {
        var options = new RealTimeActorsOptions().AddMergeRule("longest", new Longest());

        Assert.Throws<ArgumentException>(() => options.AddMergeRule("longest", new Longest()));
    }

    private static async Task<JsonElement> PatchAsync(TestApplication app, string patch)
    {
        using var body = new StringContent(patch, System.Text.Encoding.UTF8, "application/merge-patch+json");
        using var response = await app.Http.PatchAsync("/v1/channels/notes/state/n1", body);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    private sealed class Longest : IMergeRule
    {
        public ReadOnlyMemory<byte> Decide(in MergeInput input) => input.Present.Length >= input.Proposed.Length ? input.Present : input.Proposed;
    }
}

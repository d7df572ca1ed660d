using System.Net.Http.Json;
using System.Text.Json;
using RealTimeActors.Edge.Tests.Support;

namespace RealTimeActors.Edge.Tests.HttpApi;

public sealed class ReadTests : IAsyncLifetime
{
    private RealServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await RealServer.StartAsync("""realtime.channels=[{"pattern":"short","retention":{"count":3}}]""");
        foreach (var channel in new[] { "long", "short" })
        {
            using var response = await _server.Http.PostAsJsonAsync(
                $"/v1/channels/{channel}/events", Enumerable.Range(1, 10).Select(n => new { type = "n", data = n }));
            response.EnsureSuccessStatusCode();
        }
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("", 1, 10)]
    [InlineData("?from=earliest", 1, 10)]
    [InlineData("?from=0", 1, 10)]
    [InlineData("?from=4", 4, 10)]
    [InlineData("?from=last:3", 8, 10)]
    [InlineData("?from=10", 10, 10)]
    public async Task Begins_at_the_offset_that_was_asked_for(string query, long first, long last)
    {
        var (offsets, next) = await PageAsync(query);

        Assert.Equal(Enumerable.Range((int)first, (int)(last - first + 1)).Select(offset => (long)offset), offsets);
        Assert.Null(next);
    }

    [Fact]
    public async Task Next_is_handed_back_as_it_is_until_there_is_nothing_more()
    {
        var read = new List<long>();
        long? from = 1;
        while (from is not null)
        {
            var (offsets, next) = await PageAsync($"?from={from}&limit=4");
            Assert.InRange(offsets.Count, 1, 4);
            read.AddRange(offsets);
            from = next;
        }

        Assert.Equal(Enumerable.Range(1, 10).Select(offset => (long)offset), read);
    }

    [Fact]
    public async Task Beyond_the_head_there_is_nothing_yet()
    {
        var (offsets, next) = await PageAsync("?from=11");

        Assert.Empty(offsets);
        Assert.Null(next);
    }

    [Fact]
    public async Task Says_where_the_log_begins_when_the_offset_is_not_kept_any_more()
    {
        using var response = await _server.Http.GetAsync("/v1/channels/short/events?from=2");
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal((410, 107), ((int)response.StatusCode, problem.GetProperty("code").GetInt32()));
        Assert.Contains("8", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?from=first")]
    [InlineData("?from=-1")]
    [InlineData("?from=last:")]
    [InlineData("?from=9007199254740992")]
    [InlineData("?limit=0")]
    [InlineData("?limit=1001")]
    [InlineData("?limit=x")]
    public async Task Refuses_what_is_no_position(string query)
    {
        using var response = await _server.Http.GetAsync($"/v1/channels/long/events{query}");
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal((400, 101), ((int)response.StatusCode, problem.GetProperty("code").GetInt32()));
    }

    private async Task<(List<long> Offsets, long? Next)> PageAsync(string query)
    {
        var page = await _server.Http.GetFromJsonAsync<JsonElement>($"/v1/channels/long/events{query}");
        var next = page.GetProperty("next");
        return ([.. page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("offset").GetInt64())],
            next.ValueKind == JsonValueKind.Null ? null : next.GetInt64());
    }
}

using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using RealTimeActors.Edge.Tests.Support;
using RealTimeActors.Protocol.Integrity;

namespace RealTimeActors.Edge.Tests.HttpApi;

public sealed class ProofEndpointTests : IAsyncLifetime
{
    private RealServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await RealServer.StartAsync(
            "realtime.integrity.checkpoints.every=100ms", """realtime.channels=[{"pattern":"short","retention":{"count":3}},{"pattern":"live","durability":"ephemeral","memory":{"count":10}}]""");
        await PublishAsync("funding.grants", 5);
        await PublishAsync("funding.deadlines", 2);
        await PublishAsync("short", 10);
        await PublishAsync("live", 1);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task An_event_of_which_only_some_fields_are_shown_is_proven_to_be_signed()
    {
        var key = await KeyAsync();

        var text = await SignedAsync("/v1/channels/funding.grants/events/3/proof?fields=amount");
        var proof = EventProofJson.Parse(text);
        var verdict = ProofVerifier.Verify(proof, key);

        Assert.Null(verdict.Fault);
        Assert.Equal(key.Id, verdict.Checkpoint?.KeyId);
        Assert.Equal(("amount", "1.50"), (proof.Fields[0].Name, proof.Fields[0].Value));
        Assert.False(proof.Fields[1].IsShown);
        Assert.DoesNotContain("secret", System.Text.Encoding.UTF8.GetString(text), StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_fields_are_shown_where_nothing_is_said_and_none_where_none_is_named()
    {
        Assert.All(EventProofJson.Parse(await _server.Http.GetByteArrayAsync("/v1/channels/funding.grants/events/1/proof")).Fields, field => Assert.True(field.IsShown));
        Assert.All(EventProofJson.Parse(await _server.Http.GetByteArrayAsync("/v1/channels/funding.grants/events/1/proof?fields=")).Fields, field => Assert.False(field.IsShown));
    }

    [Fact]
    public async Task Checkpoints_are_shown_by_number_and_the_newest_with_the_heads_that_it_stands_for()
    {
        var key = await KeyAsync();
        await SignedAsync("/v1/channels/short/events/10/proof");

        var (latest, heads) = CheckpointJson.Parse(await _server.Http.GetByteArrayAsync("/v1/checkpoints/latest?heads=true"));
        var (first, none) = CheckpointJson.Parse(await _server.Http.GetByteArrayAsync("/v1/checkpoints/1"));
        var root = new byte[32];
        MerkleTree.Root(CheckpointHead.Leaves(heads!), root);

        Assert.True(key.Verifies(latest));
        Assert.True(key.Verifies(first));
        Assert.Null(none);
        Assert.Equal(latest.Root.ToArray(), root);
        Assert.Equal(["funding.deadlines:2", "funding.grants:5", "short:10"], heads!.Select(head => $"{head.Channel}:{head.Offset}"));
    }

    [Theory]
    [InlineData("/v1/channels/funding.grants/events/6/proof", 404, 101, "its newest is 5")]
    [InlineData("/v1/channels/funding.grants/events/0/proof", 400, 101, "offset in the path")]
    [InlineData("/v1/channels/funding.grants/events/x/proof", 400, 101, "offset in the path")]
    [InlineData("/v1/channels/short/events/2/proof", 410, 107, "holds the offsets 8 to 10")]
    [InlineData("/v1/channels/nobody/events/1/proof", 404, 101, "its newest is 0")]
    [InlineData("/v1/channels/a..b/events/1/proof", 400, 101, "empty segments")]
    [InlineData("/v1/channels/live/events/1/proof", 501, 111, "ephemeral")]
    [InlineData("/v1/checkpoints/999", 404, 107, "no checkpoint 999")]
    [InlineData("/v1/checkpoints/-1", 400, 101, "number in the path")]
    [InlineData("/v1/checkpoints/latest?heads=maybe", 400, 101, "true or false")]
    public async Task What_cannot_be_proven_or_shown_is_told_why(string address, int status, int code, string words)
    {
        using var http = new HttpClient { BaseAddress = _server.Address };
        using var response = await http.GetAsync(address);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal((status, code), ((int)response.StatusCode, problem.GetProperty("code").GetInt32()));
        Assert.Contains(words, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private async Task PublishAsync(string channel, int events)
    {
        using var response = await _server.Http.PostAsJsonAsync($"/v1/channels/{channel}/events", Enumerable.Range(1, events)
            .Select(n => new { type = "grant.updated", data = JsonDocument.Parse($$"""{"name":"secret-{{n}}","amount":1.50}""").RootElement }));
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
    }

    private async Task<CheckpointKey> KeyAsync()
    {
        var key = await _server.Http.GetFromJsonAsync<JsonElement>("/v1/checkpoints/key");
        Assert.True(CheckpointKey.TryParse(key.GetProperty("pem").GetString()!, out var parsed, out _));
        Assert.Equal(key.GetProperty("key").GetString(), parsed.Id);
        return parsed;
    }

    /// <summary>The proof, once a checkpoint covers the event: 100 ms after it came.</summary>
    private async Task<byte[]> SignedAsync(string address)
    {
        while (true)
        {
            var proof = await _server.Http.GetByteArrayAsync(address);
            if (EventProofJson.Parse(proof).Inclusion is not null)
                return proof;
        }
    }
}

using System.Net;
using System.Text.Json;
using RealTimeActors.Edge.Tests.Support;

namespace RealTimeActors.Edge.Tests.HttpApi.States;

/// <summary>Shared state as HTTP's own means tell it: entries have addresses, versions are their tags.</summary>
public sealed class StateTests : IAsyncLifetime
{
    private RealServer _server = null!;
    private StateClient _state = null!;

    public async Task InitializeAsync()
    {
        _server = await RealServer.StartAsync(
            """realtime.channels=[{"pattern":"live","durability":"ephemeral"},{"pattern":"strict","merge":{"default":"reject"}},{"pattern":"votes","merge":{"fields":{"yes":"sum","tags":"union"}}}]""");
        _state = new StateClient(_server);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task An_entry_is_set_merged_read_and_deleted_and_its_version_is_its_tag()
    {
        var absent = await _state.GetAsync("/grant-7");
        var set = await _state.PutAsync("/grant-7", """{ "amount": 1.50, "office": "berlin" }""");
        var merged = await _state.PatchAsync("/grant-7", """{"amount":2,"office":null}""");
        var read = await _state.GetAsync("/grant-7");
        var deleted = await _state.DeleteAsync("/grant-7");
        var gone = await _state.GetAsync("/grant-7");

        Assert.Equal((HttpStatusCode.NotFound, 101), (absent.Status, absent.Code));
        Assert.Equal((HttpStatusCode.OK, "applied", 1L, "\"1\"", """{"amount":1.50,"office":"berlin"}"""), (set.Status, set.Result, set.Version, set.ETag, set.Value));
        Assert.Equal((HttpStatusCode.OK, 2L, "\"2\"", """{"amount":2}"""), (merged.Status, merged.Version, merged.ETag, merged.Value));
        Assert.Equal((HttpStatusCode.OK, 2L, "\"2\"", """{"amount":2}""", merged.Offset), (read.Status, read.Version, read.ETag, read.Value, read.Offset));
        Assert.Equal((HttpStatusCode.OK, "applied", null), (deleted.Status, deleted.Result, deleted.ETag));
        Assert.False(deleted.Body.TryGetProperty("value", out _));
        Assert.Equal(HttpStatusCode.NotFound, gone.Status);
    }

    [Fact]
    public async Task A_value_may_be_anything_that_json_has()
    {
        foreach (var value in new[] { "null", "7.10", "\"text\"", "[]", """[{"a":"\u0041"}]""" })
        {
            var set = await _state.PutAsync("/any", value);
            var read = await _state.GetAsync("/any");

            Assert.Equal((HttpStatusCode.OK, value), (set.Status, set.Value));
            Assert.Equal(value, read.Value);
        }
    }

    [Fact]
    public async Task Only_the_version_that_if_match_names_is_changed_and_otherwise_what_is_there_is_told()
    {
        await _state.PutAsync("/k", "1");

        var right = await _state.PutAsync("/k", "2", "If-Match: \"1\"");
        var late = await _state.PatchAsync("/k", "3", "If-Match: \"1\"");
        var weak = await _state.PutAsync("/k", "4", "If-Match: W/\"2\"");
        var foreign = await _state.DeleteAsync("/k", "If-Match: \"abc\"");
        var padded = await _state.DeleteAsync("/k", "If-Match: \"02\"");
        var read = await _state.GetAsync("/k");

        Assert.Equal((HttpStatusCode.OK, 2L), (right.Status, right.Version));
        Assert.All([late, weak, foreign, padded], refused =>
        {
            Assert.Equal((HttpStatusCode.PreconditionFailed, 108, "\"2\""), (refused.Status, refused.Code, refused.ETag));
            Assert.Equal("""{"version":2,"value":2}""", refused.Body.GetProperty("current").GetRawText());
        });
        Assert.Equal(("2", 2L), (read.Value, read.Version));
    }

    [Fact]
    public async Task A_star_asks_whether_there_is_an_entry()
    {
        var early = await _state.PatchAsync("/k", "{}", "If-Match: *");
        var created = await _state.PutAsync("/k", "1", "If-None-Match: *");
        var again = await _state.PutAsync("/k", "2", "If-None-Match: *");
        var there = await _state.PutAsync("/k", "3", "If-Match: *");

        Assert.Equal((HttpStatusCode.PreconditionFailed, JsonValueKind.Null), (early.Status, early.Body.GetProperty("current").ValueKind));
        Assert.Equal((HttpStatusCode.Created, "\"1\""), (created.Status, created.ETag));
        Assert.Equal((HttpStatusCode.PreconditionFailed, "\"1\""), (again.Status, again.ETag));
        Assert.Equal((HttpStatusCode.OK, "3"), (there.Status, there.Value));
    }

    [Fact]
    public async Task Who_has_the_present_version_is_told_so_without_a_body()
    {
        await _state.PutAsync("/k", "1");

        var same = await _state.GetAsync("/k", "If-None-Match: \"1\"");
        var older = await _state.GetAsync("/k", "If-None-Match: \"0\", \"7\"");
        var unmatched = await _state.GetAsync("/k", "If-Match: \"7\"");
        var all = await _state.GetAsync();
        var allSame = await _state.GetAsync("", $"If-None-Match: {all.ETag}");
        await _state.PutAsync("/other", "1");
        var allNewer = await _state.GetAsync("", $"If-None-Match: {all.ETag}");

        Assert.Equal((HttpStatusCode.NotModified, "\"1\"", JsonValueKind.Undefined), (same.Status, same.ETag, same.Body.ValueKind));
        Assert.Equal((HttpStatusCode.OK, "1"), (older.Status, older.Value));
        Assert.Equal(HttpStatusCode.PreconditionFailed, unmatched.Status);
        Assert.Equal((HttpStatusCode.NotModified, HttpStatusCode.OK), (allSame.Status, allNewer.Status));
    }

    [Fact]
    public async Task A_repeated_request_with_the_same_idempotency_key_counts_once()
    {
        var first = await _state.PostAsync("/k", """{"operation":"increment","value":{"n":1}}""", "Idempotency-Key: \"once\"");
        var again = await _state.PostAsync("/k", """{"operation":"increment","value":{"n":1}}""", "Idempotency-Key: once");
        var other = await _state.PostAsync("/k", """{"operation":"increment","value":{"n":2}}""", "Idempotency-Key: once");

        Assert.Equal((HttpStatusCode.OK, """{"n":1}"""), (first.Status, first.Value));
        Assert.False(first.Body.TryGetProperty("duplicate", out _));
        Assert.Equal((HttpStatusCode.OK, first.Offset, """{"n":1}"""), (again.Status, again.Offset, again.Value));
        Assert.True(again.Body.GetProperty("duplicate").GetBoolean());
        Assert.Equal((HttpStatusCode.Conflict, 108), (other.Status, other.Code));
    }

    [Fact]
    public async Task The_channels_rules_decide()
    {
        var votes = new StateClient(_server, "votes");
        await votes.PostAsync("/k", """{"operation":"increment","value":{"yes":2}}""");
        await votes.PostAsync("/k", """{"operation":"add","value":{"tags":["a","b"]}}""");
        var mutated = await votes.PostAsync("/k", """{"operation":"remove","value":{"tags":["a"]}}""");
        var strict = await new StateClient(_server, "strict").PutAsync("/k", "1");
        var late = await _state.PutAsync("/k", """{"n":"new"}""");
        var superseded = await _state.PatchAsync($"/k?time=1&baseVersion=0", """{"n":"old"}""");

        Assert.Equal("""{"tags":["b"],"yes":2}""", Sorted(mutated.Body.GetProperty("value")));
        Assert.Equal((HttpStatusCode.BadRequest, 101), (strict.Status, strict.Code));
        Assert.Equal("applied", late.Result);
        Assert.Equal((HttpStatusCode.OK, "superseded", """{"n":"new"}"""), (superseded.Status, superseded.Result, superseded.Value));
        Assert.NotEmpty(superseded.Body.GetProperty("reason").GetString()!);
    }

    [Fact]
    public async Task The_state_as_of_an_offset_is_what_it_was()
    {
        var one = await _state.PutAsync("/k", "1");
        var two = await _state.PutAsync("/k", "2");
        await _state.DeleteAsync("/k");

        var before = await _state.GetAsync("/k?at=0");
        var first = await _state.GetAsync($"/k?at={one.Offset}");
        var all = await _state.GetAsync($"?at={two.Offset}");
        var beyond = await _state.GetAsync("?at=1000");

        Assert.Equal(HttpStatusCode.NotFound, before.Status);
        Assert.Equal(("1", 1L, one.Offset), (first.Value, first.Version, first.Offset));
        Assert.Equal("""{"k":{"version":2,"value":2}}""", all.Body.GetProperty("entries").GetRawText());
        Assert.Equal((HttpStatusCode.Gone, 107), (beyond.Status, beyond.Code));
    }

    [Fact]
    public async Task A_large_state_is_paged_through_as_of_one_offset()
    {
        for (var i = 0; i < 25; i++)
            await _state.PutAsync($"/k{i:00}", $"{i}");

        var first = await _state.GetAsync("?limit=10");
        await _state.PutAsync("/k20", "\"changed meanwhile\"");
        await _state.PutAsync("/k99", "99");
        var keys = new List<string>(KeysOf(first));
        var values = new List<string>();
        for (var next = first.Body.GetProperty("next").GetString(); next is not null;)
        {
            var page = await _state.GetAsync($"?limit=10&at={first.Offset}&after={next}");
            keys.AddRange(KeysOf(page));
            values.AddRange(page.Body.GetProperty("entries").EnumerateObject().Select(entry => entry.Value.GetProperty("value").GetRawText()));
            next = page.Body.GetProperty("next").GetString();
        }

        Assert.Equal(Enumerable.Range(0, 25).Select(i => $"k{i:00}"), keys);
        Assert.DoesNotContain("\"changed meanwhile\"", values);
    }

    [Fact]
    public async Task The_history_of_an_entry_tells_how_it_came_to_be()
    {
        await _state.PutAsync("/k", "1");
        await _state.PutAsync("/other", "1");
        await _state.PutAsync("/k", "2", "If-Match: \"9\"");
        await _state.PutAsync("/k", "3");

        var history = await _state.GetAsync("/k/history");
        var last = await _state.GetAsync("/k/history?from=3");

        var items = history.Body.GetProperty("items").EnumerateArray().ToArray();
        Assert.Equal([("$state", "k", 1L), ("$state", "k", 3L)], items.Select(item => (item.GetProperty("type").GetString(), item.GetProperty("key").GetString(), item.GetProperty("offset").GetInt64())));
        Assert.Equal(["1", "3"], items.Select(item => item.GetProperty("data").GetProperty("value").GetRawText()));
        Assert.Equal([1L, 2L], items.Select(item => item.GetProperty("data").GetProperty("version").GetInt64()));
        Assert.Single(last.Body.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task A_key_is_taken_as_it_was_meant()
    {
        foreach (var (path, key) in new[] { ("/a%2Fb", "a/b"), ("/a%252Fb", "a%2Fb"), ("/gr%C3%B6%C3%9Fe%20%22x%22", "größe \"x\""), ("/history", "history") })
        {
            await _state.PutAsync(path, "1");
            var read = await _state.GetAsync(path);
            var history = await _state.GetAsync($"{path}/history");

            Assert.Equal("1", read.Value);
            Assert.Equal(key, Assert.Single(history.Body.GetProperty("items").EnumerateArray()).GetProperty("key").GetString());
        }
    }

    [Fact]
    public async Task A_channel_without_a_log_has_no_state()
    {
        var live = new StateClient(_server, "live");

        foreach (var answer in new[] { await live.PutAsync("/k", "1"), await live.GetAsync("/k"), await live.GetAsync(), await live.GetAsync("/k/history") })
            Assert.Equal((HttpStatusCode.NotImplemented, 111), (answer.Status, answer.Code));
    }

    private static IEnumerable<string> KeysOf(StateClient.Answer page) => page.Body.GetProperty("entries").EnumerateObject().Select(entry => entry.Name);

    private static string Sorted(JsonElement value) => $"{{{string.Join(',', value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal).Select(member => $"\"{member.Name}\":{member.Value.GetRawText()}"))}}}";
}

using RealTimeActors.Client;
using RealTimeActors.Client.Machine.State;
using RealTimeActors.Client.Sessions;
using RealTimeActors.Client.States;
using RealTimeActors.EndToEnd.Tests.Infrastructure;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.EndToEnd.Tests.States;

/// <summary>The .NET client's states over a real server: offices that edit one funding sheet.</summary>
public sealed class SharedStateTests : IAsyncLifetime, IDisposable
{
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromMinutes(5));
    private readonly string _folder = Directory.CreateTempSubdirectory("realtime-").FullName;
    private ServerProcess _server = null!;

    public async Task InitializeAsync() => _server = await ServerProcess.StartAsync(
        "realtime.machine-figures.enabled=false",
        """realtime.channels=[{"pattern":"grants.>","merge":{"default":"last-write","fields":{"votes":"sum","tags":"union","highest":"max"}}}]""");

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    public void Dispose() => _patience.Dispose();

    [Fact]
    public async Task Two_offices_edit_one_sheet_and_see_the_same()
    {
        await using var washington = await ConnectAsync();
        await using var berlin = await ConnectAsync();
        var (seenHere, seenThere) = (new StateWatcher(), new StateWatcher());
        await using var here = await washington.StateAsync("grants.sheet", seenHere.Options, Deadline);
        await using var there = await berlin.StateAsync("grants.sheet", seenThere.Options, Deadline);
        await Task.WhenAll(here.Ready, there.Ready).WaitAsync(Deadline);

        await here.SetAsync("line-7", new { Name = "Bridge", Amount = 100, Votes = 0, Tags = Array.Empty<string>() });
        await seenThere.UntilAsync(there, state => state.Get<Line>("line-7")?.Amount == 100);

        var outcomes = new List<Task<MutationOutcome>>();
        for (var i = 0; i < 50; i++)
        {
            outcomes.Add((await here.IncrementAsync("line-7", new { Votes = 1 })).Outcome);
            outcomes.Add((await there.IncrementAsync("line-7", new { Votes = 2 })).Outcome);
            outcomes.Add((await here.AddAsync("line-7", new { Tags = new[] { $"w{i % 3}" } })).Outcome);
            outcomes.Add((await there.MergeAsync("line-7", new { Amount = i }, null, Deadline)).Outcome);
            outcomes.Add((await there.SetAsync($"line-{100 + i}", new { Amount = i })).Outcome);
        }

        Assert.DoesNotContain(await Task.WhenAll(outcomes).WaitAsync(Deadline), outcome => outcome.Result == MutationResult.Rejected);
        foreach (var (watcher, state) in new[] { (seenHere, here), (seenThere, there) })
        {
            await watcher.UntilAsync(state, seen => seen.All(entry => entry.IsConfirmed) && seen.Count == 51 && seen.Get<Line>("line-7") is { Votes: 150, Amount: 49, Tags.Count: 3 });
            Assert.Equal("Bridge", state.Get<Line>("line-7")!.Name);
        }

        Assert.Equal(Texts(here), Texts(there));
    }

    [Fact]
    public async Task An_edit_on_a_version_that_is_gone_is_rolled_back_with_the_present_one()
    {
        await using var washington = await ConnectAsync();
        await using var berlin = await ConnectAsync();
        var (seenHere, seenThere) = (new StateWatcher(), new StateWatcher());
        await using var here = await washington.StateAsync("grants.locked", seenHere.Options, Deadline);
        await using var there = await berlin.StateAsync("grants.locked", seenThere.Options, Deadline);
        await (await here.SetAsync("line", new { Amount = 1 })).Outcome.WaitAsync(Deadline);
        await seenThere.UntilAsync(there, state => state.TryGet("line", out _));
        await (await here.MergeAsync("line", new { Amount = 2 })).Outcome.WaitAsync(Deadline);

        var late = await there.MergeAsync("line", new { Amount = 3 }, new EditOptions { IfVersion = 1 });
        var outcome = await late.Outcome.WaitAsync(Deadline);

        Assert.Equal((MutationResult.Rejected, 2, 2), (outcome.Result, outcome.Version, outcome.Read<Line>()!.Amount));
        Assert.False(string.IsNullOrEmpty(outcome.Reason));
        await seenThere.UntilAsync(there, state => state.TryGet("line", out var entry) && entry is { IsConfirmed: true, Version: 2 });
        Assert.Equal(2, there.Get<Line>("line")!.Amount);
    }

    [Fact]
    public async Task An_office_that_was_offline_comes_back_with_its_edits_and_takes_those_of_the_others()
    {
        await using var proxy = new BlockingProxy(_server, blocks: false);
        await using var washington = await ConnectAsync();
        await using var tokyo = await ConnectAsync(options => options with { Endpoints = [proxy.Address] });
        var (seenHere, seenThere) = (new StateWatcher(), new StateWatcher());
        await using var here = await washington.StateAsync("grants.offline", seenHere.Options, Deadline);
        await using var there = await tokyo.StateAsync("grants.offline", seenThere.Options, Deadline);
        await (await here.SetAsync("line", new { Name = "Bridge", Amount = 1, Votes = 10, Tags = new[] { "a" } })).Outcome.WaitAsync(Deadline);
        await seenThere.UntilAsync(there, state => state.TryGet("line", out var entry) && entry.IsConfirmed);

        proxy.Block();
        var offline = new List<StateEdit>
        {
            await there.MergeAsync("line", new { Name = "Tunnel" }),
            await there.IncrementAsync("line", new { Votes = 5 }),
            await there.AddAsync("line", new { Tags = new[] { "b", "c" } }),
            await there.RemoveAsync("line", new { Tags = new[] { "c" } }),
        };
        Assert.Equal(("Tunnel", 15), (there.Get<Line>("line")!.Name, there.Get<Line>("line")!.Votes));
        await (await here.MergeAsync("line", new { Amount = 7 })).Outcome.WaitAsync(Deadline);
        await (await here.IncrementAsync("line", new { Votes = 100 })).Outcome.WaitAsync(Deadline);
        await (await here.AddAsync("line", new { Tags = new[] { "d" } })).Outcome.WaitAsync(Deadline);
        proxy.Unblock();

        var outcomes = await Task.WhenAll(offline.Select(edit => edit.Outcome)).WaitAsync(Deadline);
        Assert.All(outcomes, outcome => Assert.True(outcome.Result is MutationResult.Applied or MutationResult.Merged, $"{outcome.Mutation.Operation}: {outcome.Result} {outcome.Reason}"));
        foreach (var (watcher, state) in new[] { (seenHere, here), (seenThere, there) })
        {
            await watcher.UntilAsync(state, seen => seen.TryGet("line", out var entry) && entry.IsConfirmed && entry.Read<Line>() is { Name: "Tunnel", Amount: 7, Votes: 115 } line
                && line.Tags.Order().SequenceEqual(["a", "b", "d"]));
        }
    }

    [Fact]
    public async Task An_edit_that_was_made_before_another_loses_to_it_however_late_it_comes()
    {
        await using var proxy = new BlockingProxy(_server, blocks: false);
        await using var washington = await ConnectAsync();
        await using var tokyo = await ConnectAsync(options => options with { Endpoints = [proxy.Address] });
        var seen = new StateWatcher();
        await using var here = await washington.StateAsync("grants.late", null, Deadline);
        await using var there = await tokyo.StateAsync("grants.late", seen.Options, Deadline);
        await (await here.SetAsync("line", new { Amount = 1 })).Outcome.WaitAsync(Deadline);
        await seen.UntilAsync(there, state => state.TryGet("line", out _));

        proxy.Block();
        var early = await there.MergeAsync("line", new { Amount = 2 });

        // Later by the clock, not only by arrival.
        while (DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() <= early.Mutation.TimeUnixMs)
            await Task.Yield();
        Assert.Equal(MutationResult.Applied, (await (await here.MergeAsync("line", new { Amount = 3 })).Outcome.WaitAsync(Deadline)).Result);
        proxy.Unblock();

        var outcome = await early.Outcome.WaitAsync(Deadline);
        Assert.Equal((MutationResult.Superseded, 3), (outcome.Result, outcome.Read<Line>()!.Amount));
        await seen.UntilAsync(there, state => state.TryGet("line", out var entry) && entry.IsConfirmed && entry.Read<Line>()!.Amount == 3);
    }

    [Fact]
    public async Task The_next_process_goes_on_from_the_kept_document_and_without_one_from_a_snapshot()
    {
        var store = new FileSessionStore(Path.Combine(_folder, "session"));
        var cache = new FileStateCache(_folder);
        await using (var first = await ConnectAsync(options => options with { SessionStore = store }))
        {
            var state = await first.StateAsync("grants.kept", new StateOptions { Cache = cache }, Deadline);
            await (await state.SetAsync("a", new { Amount = 1 })).Outcome.WaitAsync(Deadline);
            await (await state.SetAsync("b", new { Amount = 2 })).Outcome.WaitAsync(Deadline);
        }

        await using (var other = await ConnectAsync())
        {
            await using var state = await other.StateAsync("grants.kept", null, Deadline);
            await (await state.MergeAsync("a", new { Amount = 5 })).Outcome.WaitAsync(Deadline);
        }

        foreach (var kept in new IStateCache?[] { cache, null })
        {
            var seen = new StateWatcher();
            await using var next = await ConnectAsync(options => options with { SessionStore = store });
            var state = await next.StateAsync("grants.kept", seen.Options with { Cache = kept }, Deadline);
            await state.Ready.WaitAsync(Deadline);
            await seen.UntilAsync(state, all => all.Get<Line>("a")?.Amount == 5 && all.Get<Line>("b")?.Amount == 2);
        }
    }

    private CancellationToken Deadline => _patience.Token;

    private static IEnumerable<string> Texts(ChannelState state) => state.Select(entry => $"{entry.Key} {entry.Version} {System.Text.Encoding.UTF8.GetString(entry.Value.Span)}");

    private async Task<RealTimeClient> ConnectAsync(Func<RealTimeClientOptions, RealTimeClientOptions>? configure = null)
    {
        var options = new RealTimeClientOptions { Endpoints = [_server.Address], Reconnect = new ReconnectAdvice(MinMs: 20, MaxMs: 100, Factor: 1.5, Jitter: 0.5) };
        var client = new RealTimeClient(configure is null ? options : configure(options));
        await client.ConnectAsync(Deadline);
        return client;
    }

    private sealed record Line(string? Name, decimal Amount, long Votes, IReadOnlyList<string> Tags);
}

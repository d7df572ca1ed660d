using RealTimeActors.Client;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.EndToEnd.Tests.Presence;

/// <summary>The .NET client's presence on a real server: who is there is seen by all, over kills and in any number.</summary>
public sealed class ClientPresenceTests : IAsyncLifetime, IDisposable
{
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromMinutes(5));
    private ServerProcess _server = null!;

    private CancellationToken Deadline => _patience.Token;

    public async Task InitializeAsync() => _server = await ServerProcess.StartAsync("realtime.machine-figures.enabled=false");

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _patience.Dispose();

    [Fact]
    public async Task Everybody_sees_who_comes_changes_and_goes()
    {
        await using var washington = await ConnectAsync();
        await using var berlin = await ConnectAsync();
        var seen = new PresenceWatcher();
        await using var ada = await washington.EnterAsync("room", new Person("Ada"), seen.Options, Deadline);
        await using var grace = await berlin.EnterAsync("room", new Person("Grace"), null, Deadline);
        await seen.UntilAsync(change => Names(change) == "Ada, Grace", Deadline);

        await grace.UpdateAsync(new Person("Grace Hopper"), Deadline);
        await seen.UntilAsync(change => Names(change) == "Ada, Grace Hopper", Deadline);
        await berlin.DisposeAsync();
        await seen.UntilAsync(change => Names(change) == "Ada", Deadline);

        Assert.Equal(["Grace Hopper left"], seen.Told.Where(told => told.EndsWith("left", StringComparison.Ordinal)));
        Assert.Contains("Grace is Grace Hopper", seen.Told);
    }

    [Fact]
    public async Task Whoever_was_there_is_there_again_after_the_server_was_killed()
    {
        await using var washington = await ConnectAsync();
        await using var berlin = await ConnectAsync();
        var (here, there) = (new PresenceWatcher(), new PresenceWatcher());
        await using var ada = await washington.EnterAsync("room", new Person("Ada"), here.Options, Deadline);
        await using var grace = await berlin.EnterAsync("room", new Person("Grace"), there.Options, Deadline);
        await here.UntilAsync(change => Names(change) == "Ada, Grace", Deadline);
        await there.UntilAsync(change => Names(change) == "Ada, Grace", Deadline);

        for (var life = 2; life <= 4; life++)
        {
            var (awayHere, awayThere) = (here.UntilAsync(change => !change.Now.IsCurrent, Deadline), there.UntilAsync(change => !change.Now.IsCurrent, Deadline));
            await _server.KillAsync();
            await Task.WhenAll(awayHere, awayThere);
            await _server.RestartAsync();
            await here.UntilAsync(change => change.Now.IsCurrent && Names(change) == "Ada, Grace", Deadline);
            await there.UntilAsync(change => change.Now.IsCurrent && Names(change) == "Ada, Grace", Deadline);
        }
    }

    [Fact]
    public async Task Whoever_follows_counts_them_and_reads_them_page_by_page()
    {
        await using var client = await ConnectAsync();
        var seen = new PresenceWatcher();
        await using var presence = await client.PresenceAsync("room", seen.Options, Deadline);
        await using var subscription = await client.SubscribeAsync("room", new SubscribeOptions { Presence = PresenceInterest.Count }, (_, _) => ValueTask.CompletedTask, Deadline);
        var others = await Task.WhenAll(Enumerable.Range(0, 5).Select(async i =>
        {
            var other = await ConnectAsync();
            await other.EnterAsync("room", new Person($"n-{i}"), null, Deadline);
            return other;
        }));
        await seen.UntilAsync(change => change.Now is { Count: 5, Members: null }, Deadline);

        var first = await client.ReadPresenceAsync("room", limit: 3, cancellationToken: Deadline);
        var last = await client.ReadPresenceAsync("room", first.NextSession, 3, Deadline);

        Assert.Equal((5, 3, 2), (first.Count, first.Members.Count, last.Members.Count));
        Assert.Null(last.NextSession);
        Assert.Equal(["n-0", "n-1", "n-2", "n-3", "n-4"], first.Members.Concat(last.Members).Select(member => member.Read<Person>()!.Name).Order());
        foreach (var other in others)
            await other.DisposeAsync();
        await seen.UntilAsync(change => change.Now.Count == 0, Deadline);
    }

    private async Task<RealTimeClient> ConnectAsync()
    {
        var client = new RealTimeClient(new RealTimeClientOptions { Endpoints = [_server.Address] });
        await client.ConnectAsync(Deadline);
        return client;
    }

    private static string? Names(PresenceChange change) =>
        change.Now.Members is { } members ? string.Join(", ", members.Values.Select(member => member.Read<Person>()!.Name).Order(StringComparer.Ordinal)) : null;
}

using RealTimeActors.Client.Machine.State;
using RealTimeActors.Client.Mutations;
using RealTimeActors.Client.States;
using RealTimeActors.Client.Tests.Real;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Tests.Readme;

/// <summary>The example of the README, run.</summary>
public sealed class ReadmeExamples : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("realtime-").FullName;
    private ScriptedServer _server = null!;

    public async Task InitializeAsync() => _server = await ScriptedServer.StartAsync();

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_state_is_edited_and_the_outcome_told()
    {
        var serving = ServeAsync();

        Assert.Equal(MutationResult.Rejected, await EditAsync(_server.Address, _folder));
        await serving;
    }

    private static async Task<MutationResult> EditAsync(Uri server, string folder)
    {
        await using var client = new RealTimeClient(new RealTimeClientOptions
        {
            Endpoints = [server],
            MutationStore = new FileMutationStore(Path.Combine(folder, "edits")),         // edits that are not answered survive the process
            MutationDecided = outcome => Console.WriteLine($"{outcome.Mutation.Key}: {outcome.Result} {outcome.Reason}"),
        });
        await client.StartAsync();                                                        // does not wait for the connection: offline is fine

        await using var grants = await client.StateAsync("funding.grants", new StateOptions
        {
            Cache = new FileStateCache(folder),                                           // optional: begin with the last known document
            Changed = (changes, cancel) =>
            {
                foreach (var change in changes)
                    Console.WriteLine($"{change.Key} is {change.After?.Read<Grant>()}{(change.IsConfirmed ? "" : ", not confirmed yet")}");
                return ValueTask.CompletedTask;
            },
        });

        var edit = await grants.MergeAsync("grant-7", new { Amount = 1_200 });            // kept, and seen at once, connected or not
        Console.WriteLine(grants.Get<Grant>("grant-7")?.Amount);                          // 1200, unless the server has refused it already
        var outcome = await edit.Outcome;                                                 // when the server has answered
        if (outcome.Result == MutationResult.Rejected)
            Console.WriteLine($"{outcome.Reason}; it is {outcome.Read<Grant>()} in version {outcome.Version}");

        return outcome.Result;
    }

    [Fact]
    public async Task One_is_there_and_sees_who_else_is()
    {
        var serving = ServeRoomAsync();

        Assert.Equal("Ada, Grace", await EnterAsync(_server.Address));
        await serving;
    }

    private static async Task<string> EnterAsync(Uri server)
    {
        await using var client = new RealTimeClient(new RealTimeClientOptions { Endpoints = [server] });
        await client.ConnectAsync();
        var whole = new TaskCompletionSource<string>();

        await using var presence = await client.EnterAsync("funding.sheet", new Person("Ada"), new PresenceOptions   // there for others to see, until it leaves
        {
            Changed = (change, cancel) =>
            {
                foreach (var member in change.Joined)
                    Console.WriteLine($"{member.Read<Person>()!.Name} has come");
                if (change.Now.Members is { } members)                                    // null: more are there than lists are made of, or nothing is known yet
                    whole.TrySetResult(string.Join(", ", members.Values.Select(member => member.Read<Person>()!.Name)));
                Console.WriteLine($"{change.Now.Count} there");
                return ValueTask.CompletedTask;
            },
        });

        await presence.UpdateAsync(new Person("Ada") { Editing = "line-7" });
        return await whole.Task;
    }

    private async Task ServeRoomAsync()
    {
        var connection = await _server.GreetAsync();
        await connection.SendAsync(new ServerFrame.Ok { Id = (await connection.NextAsync<ClientFrame.Presence>()).Id });
        await connection.SendAsync(new ServerFrame.Ok { Id = (await connection.NextAsync<ClientFrame.Presence>()).Id });
        Member[] members = [new("s-1", null, """{"name":"Ada"}"""u8.ToArray()), new("s-2", null, """{"name":"Grace"}"""u8.ToArray())];
        await connection.SendAsync(new ServerFrame.PresenceDiff("funding.sheet", members, [], [], 2) { Kind = PresenceKind.Full });
    }

    private async Task ServeAsync()
    {
        var connection = await _server.GreetAsync();
        var edit = await connection.NextAsync<ClientFrame.Mutate>();
        await connection.SendAsync(new ServerFrame.Mutated
        {
            Id = edit.Id,
            Result = "rejected",
            Channel = edit.Channel,
            Key = edit.Key,
            Epoch = "e1",
            Offset = 1,
            Version = 2,
            Value = "{\"amount\":900}"u8.ToArray(),
            Reason = "somebody was faster",
        });
    }

    private sealed record Grant(decimal Amount);

    private sealed record Person(string Name)
    {
        public string? Editing { get; init; }
    }
}

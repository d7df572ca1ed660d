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
}

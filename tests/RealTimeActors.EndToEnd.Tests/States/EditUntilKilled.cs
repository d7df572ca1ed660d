using RealTimeActors.Client;
using RealTimeActors.Client.Mutations;
using RealTimeActors.Client.Sessions;

namespace RealTimeActors.EndToEnd.Tests.States;

/// <summary>Counts up, and says each time, as soon as it is seen, which edit it was.</summary>
internal static class EditUntilKilled
{
    internal const string Channel = "grants.killed";
    internal const string Key = "counter";

    internal static RealTimeClientOptions Options(Uri endpoint, string folder) => new()
    {
        Endpoints = [endpoint],
        SessionStore = new FileSessionStore(Path.Combine(folder, "session")),
        MutationStore = new FileMutationStore(Path.Combine(folder, "edits")),
        MutationsDamaged = damage => Console.Error.WriteLine(damage),
    };

    internal static async Task<int> RunAsync(Uri endpoint, string folder)
    {
        await using var client = new RealTimeClient(Options(endpoint, folder));
        await client.StartAsync();
        await using var state = await client.StateAsync(Channel);
        while (true)
        {
            // Three at a time, so that some are being written when it is killed, some are on their way, and some are being answered.
            var edits = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => state.IncrementAsync(Key, new { N = 1 })));
            foreach (var edit in edits)
                Console.WriteLine($"seen {edit.Mutation.MutationId} .");
        }
    }
}

using System.Text.Json.Nodes;
using RealTimeActors.EndToEnd.Tests.Infrastructure;

namespace RealTimeActors.EndToEnd.Tests.CommandLine;

/// <summary>The proof of one event, checked far from the server.</summary>
public sealed class ProofTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly ServerProcess _server = shared.Server;

    /// <summary>Anybody can make up an event that belongs to its own hash; only the holder of the key can have signed it.</summary>
    [Fact]
    public async Task With_a_key_only_what_was_signed_is_proven()
    {
        var folder = Directory.CreateTempSubdirectory("realtime-proof-");
        try
        {
            var (proof, key) = (Path.Combine(folder.FullName, "proof.json"), Path.Combine(folder.FullName, "key.pem"));
            await Cli.RunAsync(_server, "publish", "cli.proof", "grant.updated", """{"amount":7}""");
            var told = JsonNode.Parse((await Cli.RunAsync(_server, "prove", "cli.proof", "1")).Output)!;
            told["inclusion"] = null;
            await File.WriteAllTextAsync(proof, told.ToJsonString());
            await File.WriteAllTextAsync(key, (await Cli.RunAsync(_server, "checkpoint", "--key")).Output);

            var unsigned = await Cli.RunAsync("verify", "--proof", proof, "--key", key);
            var alone = await Cli.RunAsync("verify", "--proof", proof);

            Assert.Equal(1, unsigned.ExitCode);
            Assert.StartsWith("Not proven: offset 1 of cli.proof", unsigned.Output, StringComparison.Ordinal);
            Assert.Equal(0, alone.ExitCode);
            Assert.Contains("No checkpoint vouches for that hash", alone.Output, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}

using RealTimeActors.Hosting.Integrity;
using RealTimeActors.Protocol.Integrity;

namespace RealTimeActors.Server.CommandLine.Log;

/// <summary><c>realtime verify --proof FILE</c>: whether the proof of one event holds. Needs no server and no store.</summary>
internal static class ProofCheck
{
    internal static int Run(string file, IReadOnlyList<string> keyFiles)
    {
        try
        {
            var proof = EventProofJson.Parse(File.ReadAllBytes(file));
            var keys = keyFiles.Select(CheckpointKeyFile.LoadPublic).ToList();
            var key = keys.Find(key => key.Id == proof.Inclusion?.Checkpoint.KeyId) ?? keys.FirstOrDefault();
            var verdict = ProofVerifier.Verify(proof, key);
            var what = $"offset {proof.Event.Offset} of {proof.Event.Channel} (epoch {proof.Epoch}), {proof.Fields.Count(field => field.IsShown)} of {proof.Fields.Count} fields shown";
            Console.WriteLine((verdict, verdict.Checkpoint) switch
            {
                ({ IsValid: false }, _) => $"Not proven: {what}: {verdict.Fault}",
                (_, null) when key is not null => $"Not proven: {what}: what is shown belongs to its hash, but no checkpoint vouches for that hash. Ask for the proof again when one covers the event",
                (_, null) => $"What is shown belongs to its hash: {what}. No checkpoint vouches for that hash.",
                (_, var checkpoint) => $"Proven: {what}; signed in checkpoint {checkpoint.Number} by key {checkpoint.KeyId}",
            });

            // Whoever names a key wants to know that its holder wrote the event: anybody can make one up that only belongs to its own hash.
            return verdict.IsValid && (verdict.Checkpoint is not null || key is null) ? Exit.Done : Exit.No;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new CommandException($"--proof {file}: {unreadable.Message}", unreadable);
        }
    }
}

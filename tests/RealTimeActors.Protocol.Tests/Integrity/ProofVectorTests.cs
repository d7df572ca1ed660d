using System.Text;
using System.Text.Json;
using RealTimeActors.Protocol.Integrity;

namespace RealTimeActors.Protocol.Tests.Integrity;

/// <summary>Proofs that another program made, out of PROTOCOL.md alone; every client is held against them.</summary>
public sealed class ProofVectorTests
{
    public static TheoryData<string> Names => [.. Vectors().Select(vector => vector.GetProperty("name").GetString()!)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_proof_holds_or_does_not_as_the_vector_says(string name)
    {
        var vector = Vectors().Single(vector => vector.GetProperty("name").GetString() == name);
        var fault = vector.GetProperty("fault").GetString();
        var checkpoint = vector.GetProperty("checkpoint");

        var verdict = Verify(vector.GetProperty("proof").GetString()!, vector.GetProperty("key").GetString());

        if (fault is null)
        {
            Assert.Null(verdict.Fault);
            Assert.Equal(checkpoint.ValueKind == JsonValueKind.Null ? null : checkpoint.GetInt64(), verdict.Checkpoint?.Number);
        }
        else
        {
            Assert.Contains(fault, verdict.Fault, StringComparison.Ordinal);
            Assert.Null(verdict.Checkpoint);
        }
    }

    private static ProofVerdict Verify(string proof, string? pem)
    {
        CheckpointKey? key = null;
        Assert.True(pem is null || CheckpointKey.TryParse(pem, out key, out _));
        try
        {
            return ProofVerifier.Verify(EventProofJson.Parse(Encoding.UTF8.GetBytes(proof)), key);
        }
        catch (FormatException bad)
        {
            return new ProofVerdict(bad.Message, null);
        }
    }

    private static JsonElement[] Vectors() =>
        [.. JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "vectors", "proofs.json"))).RootElement.EnumerateArray()];
}

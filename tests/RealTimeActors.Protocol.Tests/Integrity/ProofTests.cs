using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Integrity;

namespace RealTimeActors.Protocol.Tests.Integrity;

public sealed class ProofTests : IDisposable
{
    private static readonly byte[] _salt = [.. Enumerable.Range(0, 16).Select(i => (byte)i)];
    private readonly ECDsa _private = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly CheckpointKey _key;

    public ProofTests()
    {
        Assert.True(CheckpointKey.TryParse(_private.ExportSubjectPublicKeyInfoPem(), out var key, out _));
        _key = key;
    }

    public void Dispose() => _private.Dispose();

    [Fact]
    public void Shows_some_fields_and_proves_that_they_are_those_of_the_log()
    {
        var proof = Prove("""{"amount":1.50,"name":"größe","b\"c":null}""", fields: ["amount", "b\"c"]);

        Assert.Equal((true, null), (Verify(proof).IsValid, Verify(proof).Fault));
        Assert.Equal(["amount=1.50", "b\\\"c=null", "?"], proof.Fields.Select(field => field.IsShown ? $"{field.Name}={field.Value}" : "?"));
        Assert.DoesNotContain("größe", Text(proof), StringComparison.Ordinal);
        Assert.DoesNotContain("name\":\"name", Text(proof), StringComparison.Ordinal);
        Assert.Null(Verify(proof).Checkpoint);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[1,2]")]
    [InlineData("\"text\"")]
    [InlineData("""{"a":{"b":[1,"}"]},"":7}""")]
    public void Proves_any_data_shown_as_a_whole_or_not_at_all(string data)
    {
        Assert.Null(Verify(Prove(data, fields: null)).Fault);
        Assert.Null(Verify(Prove(data, fields: [])).Fault);
    }

    [Fact]
    public void What_is_hidden_cannot_be_guessed_without_its_salt_even_when_it_is_one_of_two_values()
    {
        var hidden = Prove("""{"approved":true,"grant":7}""", fields: ["grant"]).Fields[0];
        var grant = EventHash.Fields("""{"approved":true,"grant":7}"""u8, _salt, out _)[1];

        foreach (var value in new[] { "true", "false" })
        {
            Assert.NotEqual(hidden.Commitment(), ProvenField.Shown("approved", value, new byte[16]).Commitment());
            Assert.NotEqual(hidden.Commitment(), ProvenField.Shown("approved", value, grant.Salt).Commitment());
        }
    }

    [Fact]
    public void Names_the_checkpoint_that_signed_the_event()
    {
        var proof = Signed(Prove("""{"grant":7}""", fields: null), others: 20, channels: 5);

        Assert.Equal((null, 3L), (Verify(proof).Fault, Verify(proof).Checkpoint?.Number));
        Assert.Contains("key", ProofVerifier.Verify(proof, null).Fault, StringComparison.Ordinal);

        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.True(CheckpointKey.TryParse(other.ExportSubjectPublicKeyInfoPem(), out var otherKey, out _));
        Assert.Contains("signature", ProofVerifier.Verify(proof, otherKey).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Comes_back_from_its_text_as_it_was()
    {
        var proof = Signed(Prove("""{"grant":7,"name":"a"}""", fields: ["name"]) with { PreviousHash = new byte[32] }, others: 3, channels: 2);

        Assert.Equal(Text(proof), Text(EventProofJson.Parse(Encoding.UTF8.GetBytes(Text(proof)))));
    }

    [Fact]
    public void Nothing_in_a_proof_can_be_changed_without_being_found()
    {
        var text = Text(Signed(Prove("""{"amount":12,"grant":7,"name":"a"}""", fields: ["amount", "name"]), others: 20, channels: 5));
        var bytes = Encoding.UTF8.GetBytes(text);
        var chance = new Random(7);
        for (var i = 0; i < 4_000; i++)
        {
            var changed = (byte[])bytes.Clone();
            var at = chance.Next(changed.Length);
            changed[at] = (byte)(changed[at] ^ (1 << chance.Next(7)));
            if (IsMeaningless(bytes, changed))
                continue;

            Assert.False(IsAccepted(changed), $"accepted: {Encoding.UTF8.GetString(changed)}");
        }
    }

    [Fact]
    public void A_proof_of_another_kind_is_told_what_was_expected()
    {
        foreach (var text in new[] { "", "[]", "{}", "{\"version\":2}", "nonsense", "{\"version\":1,\"kind\":7}", "{\"version\":1,\"event\":\"\\ud800\"}" })
            Assert.Contains("expected", Assert.Throws<FormatException>(() => EventProofJson.Parse(Encoding.UTF8.GetBytes(text))).Message, StringComparison.Ordinal);
    }

    private static EventProof Prove(string data, IReadOnlyCollection<string>? fields)
    {
        var e = new ChannelEvent
        {
            Channel = "funding.grants",
            Offset = 12,
            Id = "k3-12",
            Type = "funding.grant_updated",
            TimeUnixMs = 1_795_255_200_123,
            Priority = Priority.High,
            User = "u1",
            Key = "grant-7",
            Data = Encoding.UTF8.GetBytes(data),
        };
        var (commitment, hash, previous) = (new byte[32], new byte[32], SHA256.HashData("before"u8));
        EventHash.Commit(e.Data.Span, _salt, commitment);
        EventHash.Compute(e, "k3", commitment, previous, hash);
        return EventProof.Create(e with { Hash = hash }, "k3", _salt, previous, fields, null);
    }

    private EventProof Signed(EventProof proof, int others, int channels)
    {
        var hashes = new byte[(others + 1) * 32];
        new Random(1).NextBytes(hashes);
        proof.Event.Hash.CopyTo(hashes.AsMemory(5 % (others + 1) * 32));
        var from = proof.Event.Offset - (5 % (others + 1));
        var (eventsRoot, movedRoot) = (new byte[32], new byte[32]);
        MerkleTree.Root(hashes, eventsRoot);
        var head = new CheckpointHead("funding.grants", "k3", from + others, hashes.AsMemory(others * 32), from, eventsRoot);
        CheckpointHead[] heads = [.. Enumerable.Range(0, channels - 1).Select(i => head with { Channel = $"a{i}" }), head];
        var leaves = CheckpointHead.Leaves(heads);
        MerkleTree.Root(leaves, movedRoot);
        var checkpoint = new Checkpoint(3, 1_795_255_210_000, channels + 7, SHA256.HashData("all"u8), channels, movedRoot, SHA256.HashData("2"u8), _key.Id);
        checkpoint = checkpoint with { Signature = _private.SignData(checkpoint.Text(), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation) };
        return proof with { Inclusion = new EventInclusion(head, MerkleTree.Path(hashes, (int)(12 - from)), channels - 1, MerkleTree.Path(leaves, channels - 1), checkpoint) };
    }

    private ProofVerdict Verify(EventProof proof) => ProofVerifier.Verify(proof, _key);

    private bool IsAccepted(byte[] text)
    {
        try
        {
            // Without the inclusion it would say less: that it is there is part of what is not to be changed.
            return Verify(EventProofJson.Parse(text)) is { IsValid: true, Checkpoint: not null };
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>An upper-case digit of a hash says the same.</summary>
    private static bool IsMeaningless(byte[] one, byte[] other) =>
        string.Equals(Encoding.UTF8.GetString(one), Encoding.UTF8.GetString(other), StringComparison.OrdinalIgnoreCase) && one.Zip(other).All(pair => pair.First == pair.Second || char.IsAsciiHexDigit((char)pair.First));

    private static string Text(EventProof proof)
    {
        var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            EventProofJson.Write(json, proof);

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}

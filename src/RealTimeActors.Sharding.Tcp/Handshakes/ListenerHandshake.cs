using System.Security.Cryptography;
using RealTimeActors.Persistence.EventSourcing;

namespace RealTimeActors.Sharding.Tcp.Handshakes;

/// <summary>The handshake of the side that was called. Nothing about this node is said to who has not proven that it belongs to it, but the version and whether there is a secret.</summary>
internal sealed class ListenerHandshake(HandshakeStream stream, HandshakeTerms terms, ReadOnlyMemory<byte> binding)
{
    private readonly byte[] _nonce = RandomNumberGenerator.GetBytes(Hello.NonceBytes);

    /// <summary>Hears who calls, and has it proven. Null: somebody only looked whether anybody listens.</summary>
    /// <exception cref="HandshakeException">They cannot be linked.</exception>
    /// <exception cref="InvalidDataException">What came is damaged.</exception>
    internal async Task<Hello?> HearAsync(CancellationToken cancellationToken)
    {
        if (await stream.ReadAsync(HandshakeKind.Hello, cancellationToken) is not { } first)
            return null;

        var hello = Read(first);
        if (hello.HasSecret != terms.Secret is not null)
            throw new HandshakeException(LinkRefusal.Secret, hello.HasSecret ? "the node that calls has a secret, the one that was called has none configured" : "the cluster's secret is expected; the node that calls has none configured");

        var challenge = stream.Begin(HandshakeKind.Challenge);
        challenge.Byte(terms.Secret is null ? (byte)0 : (byte)1);
        challenge.Raw(_nonce);
        await stream.SendAsync(cancellationToken);

        var proof = await stream.ReadAsync(HandshakeKind.Proof, cancellationToken) ?? throw new HandshakeException(LinkRefusal.Unreadable, "a proof is expected; the connection ended", isTold: true);
        if (!terms.AreProven(proof, Transcript.ForDialer(hello, _nonce, binding), out var isFormer))
            throw new HandshakeException(LinkRefusal.Secret, "proof of the cluster's secret is expected; what came does not prove it: the secrets differ, or somebody stands between");

        if (hello.Cluster != terms.Cluster)
            throw new HandshakeException(LinkRefusal.Cluster, $"a node of cluster '{terms.Cluster}' is expected; one of '{Printable(hello.Cluster)}' calls");

        if (hello.Fingerprint != terms.Fingerprint)
            throw new HandshakeException(LinkRefusal.Fingerprint, $"messages of shape {terms.Fingerprint} are expected; the node that calls has {Printable(hello.Fingerprint)}: both need the same version and number of shards");

        IsByFormer = isFormer;
        return hello;
    }

    /// <summary>Whether who called knows the former secret only.</summary>
    internal bool IsByFormer { get; private set; }

    /// <summary>Says yes, with this side's proof.</summary>
    internal Task AcceptAsync(Hello hello, CancellationToken cancellationToken)
    {
        terms.WriteProofs(Transcript.ForListener(hello, _nonce, binding), stream.Begin(HandshakeKind.Accepted));
        return stream.SendAsync(cancellationToken);
    }

    private static Hello Read(ReadOnlyMemory<byte> message)
    {
        var from = new PayloadReader(message);
        return Hello.Read(ref from);
    }

    private static string Printable(string text) => HandshakeStream.Printable(text.Length <= 64 ? text : text[..64]);
}

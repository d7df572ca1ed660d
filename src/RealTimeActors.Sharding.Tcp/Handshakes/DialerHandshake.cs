using System.Security.Cryptography;
using RealTimeActors.Persistence.EventSourcing;
using RealTimeActors.Persistence.Membership;

namespace RealTimeActors.Sharding.Tcp.Handshakes;

/// <summary>The handshake of the side that dials.</summary>
internal static class DialerHandshake
{
    /// <summary>Says who calls, proves it, and has it proven who was called.</summary>
    /// <returns>Whether the other one knows the former secret only.</returns>
    /// <exception cref="HandshakeException">They are not linked.</exception>
    /// <exception cref="InvalidDataException">What came is damaged.</exception>
    internal static async Task<bool> RunAsync(
        HandshakeStream stream, HandshakeTerms terms, NodeIncarnation me, string myAddress, NodeIncarnation peer, ReadOnlyMemory<byte> binding, CancellationToken cancellationToken)
    {
        var hello = new Hello(terms.Secret is not null, terms.Cluster, terms.Fingerprint, me, myAddress, peer, RandomNumberGenerator.GetBytes(Hello.NonceBytes));
        hello.Write(stream.Begin(HandshakeKind.Hello));
        await stream.SendAsync(cancellationToken);

        var nonce = await ChallengeAsync(stream, terms, hasTls: binding.Length > 0, cancellationToken);
        terms.WriteProofs(Transcript.ForDialer(hello, nonce, binding), stream.Begin(HandshakeKind.Proof));
        await stream.SendAsync(cancellationToken);

        var accepted = await ReadAsync(stream, HandshakeKind.Accepted, binding.Length > 0, cancellationToken);
        return terms.AreProven(accepted, Transcript.ForListener(hello, nonce, binding), out var isFormer)
            ? isFormer
            : throw new HandshakeException(LinkRefusal.Secret, "proof of the cluster's secret is expected of who was called; what came does not prove it");
    }

    private static async Task<ReadOnlyMemory<byte>> ChallengeAsync(HandshakeStream stream, HandshakeTerms terms, bool hasTls, CancellationToken cancellationToken)
    {
        var challenge = await ReadAsync(stream, HandshakeKind.Challenge, hasTls, cancellationToken);
        var (hasSecret, nonce) = Read(challenge);

        // Who takes everybody may be anybody.
        return hasSecret == terms.Secret is not null ? nonce : throw new HandshakeException(LinkRefusal.Secret, SecretsDiffer(terms.Secret is not null));
    }

    internal static string SecretsDiffer(bool hasSecret) =>
        hasSecret ? "this node has a secret, the other one has none configured: all nodes need the same" : "this node has no secret configured, the other one has one: all nodes need the same";

    private static (bool HasSecret, ReadOnlyMemory<byte> Nonce) Read(ReadOnlyMemory<byte> challenge)
    {
        var from = new PayloadReader(challenge);
        return (from.Byte() != 0, from.Raw(Hello.NonceBytes));
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HandshakeStream stream, HandshakeKind kind, bool hasTls, CancellationToken cancellationToken) =>
        await stream.ReadAsync(kind, cancellationToken) ?? throw (hasTls
            ? new HandshakeException(LinkRefusal.Tls, "the other node ended the handshake without a word: it may not have taken this node's certificate", isTold: true)
            : new HandshakeException(LinkRefusal.Unreadable, "the other node ended the handshake without a word: it may speak with TLS, which is not configured here", isTold: true));
}

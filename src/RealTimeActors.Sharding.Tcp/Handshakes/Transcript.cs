using RealTimeActors.Persistence.EventSourcing;

namespace RealTimeActors.Sharding.Tcp.Handshakes;

/// <summary>What a proof is made over: everything that both sides said, both nonces, and the certificate that the connection is encrypted by. So a proof is good for one connection and one direction.</summary>
internal static class Transcript
{
    private const byte OfDialer = 1;
    private const byte OfListener = 2;

    internal static byte[] ForDialer(Hello hello, ReadOnlyMemory<byte> nonce, ReadOnlyMemory<byte> binding) => Of(OfDialer, hello, nonce, binding);

    internal static byte[] ForListener(Hello hello, ReadOnlyMemory<byte> nonce, ReadOnlyMemory<byte> binding) => Of(OfListener, hello, nonce, binding);

    private static byte[] Of(byte role, Hello hello, ReadOnlyMemory<byte> nonce, ReadOnlyMemory<byte> binding)
    {
        var to = new PayloadWriter(512);
        to.Text("RealTimeActors node link");
        to.Byte(HandshakeStream.Version);
        to.Byte(role);
        hello.Write(to);
        to.Bytes(nonce.Span);
        to.Bytes(binding.Span);
        return to.ToArray();
    }
}

namespace RealTimeActors.Sharding.Tcp.Handshakes;

/// <summary>The messages of a handshake, in their order.</summary>
internal enum HandshakeKind : byte
{
    /// <summary>Who dials: who it is, whom it calls, what it can read, and a nonce.</summary>
    Hello = 1,

    /// <summary>Who was called: a nonce of its own, and whether it has a secret.</summary>
    Challenge = 2,

    /// <summary>Who dials: proof that it knows the secret; empty where there is none.</summary>
    Proof = 3,

    /// <summary>Who was called: its proof. From here on both send frames.</summary>
    Accepted = 4,

    /// <summary>Who was called: why not.</summary>
    Refused = 5,
}

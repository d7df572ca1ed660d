namespace RealTimeActors.Sharding.Tcp;

/// <summary>Why a node did not take a connection.</summary>
public enum LinkRefusal : byte
{
    /// <summary>What came is no handshake of a node.</summary>
    Unreadable = 1,

    /// <summary>The handshake took too long.</summary>
    TooSlow = 2,

    /// <summary>Too many connections were in their handshake; this one was the oldest.</summary>
    TooMany = 3,

    /// <summary>TLS could not be agreed on: one side speaks without it, or a certificate was not taken.</summary>
    Tls = 4,

    /// <summary>It speaks another version of the handshake.</summary>
    Version = 5,

    /// <summary>It did not prove that it knows the secret.</summary>
    Secret = 6,

    /// <summary>It belongs to another cluster.</summary>
    Cluster = 7,

    /// <summary>Its messages have other shapes, so that neither could read the other.</summary>
    Fingerprint = 8,

    /// <summary>It calls another node, or another life of this one.</summary>
    NotMe = 9,

    /// <summary>Who calls is not known here as a member (yet).</summary>
    NotKnown = 10,

    /// <summary>Both nodes dial each other; the connection of the one whose name is first in ordinal order stays.</summary>
    Crossed = 11,
}

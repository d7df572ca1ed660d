namespace RealTimeActors.Sharding.Tcp.Handshakes;

/// <summary>The other side cannot be linked with, or does not want to be. The text holds no secret.</summary>
internal sealed class HandshakeException(LinkRefusal refusal, string message, bool isTold = false) : Exception(message)
{
    internal LinkRefusal Refusal { get; } = refusal;

    /// <summary>Whether the other side said so: then it need not be told.</summary>
    internal bool IsTold { get; } = isTold;
}

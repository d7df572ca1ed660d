namespace RealTimeActors.Protocol;

/// <summary>What a client does with a refused request. PROTOCOL.md, "Codes".</summary>
public enum RetryClass : byte
{
    /// <summary>The same request will be refused again.</summary>
    Never,

    /// <summary>At once, unchanged: the same producer sequence, so that nothing is done twice.</summary>
    Same,

    /// <summary>Unchanged, after a pause that grows (or <c>afterMs</c>, where given).</summary>
    Backoff,

    /// <summary>After a <c>refresh</c> with a new token.</summary>
    Token,

    /// <summary>After starting over: forget the position, subscribe or read from the earliest.</summary>
    Resync,
}

using RealTimeActors.Protocol;

namespace RealTimeActors.Client.Machine;

/// <summary>What the contract says to do after an error.</summary>
internal enum RetryAdvice
{
    /// <summary>The same will be refused again.</summary>
    Never,

    /// <summary>The same again: whether it had worked is not known.</summary>
    Same,

    /// <summary>The same again, after a while.</summary>
    Backoff,

    /// <summary>With a new token.</summary>
    Token,

    /// <summary>From the beginning.</summary>
    Resync,
}

/// <summary>Reads the advice off a code; <c>retry</c> on the wire is derived from it on the other side.</summary>
internal static class RetryAdvices
{
    /// <summary>Codes that this version does not know are requests that were refused: never.</summary>
    internal static RetryAdvice Of(ErrorCode code) => code switch
    {
        ErrorCode.Timeout => RetryAdvice.Same,
        ErrorCode.Internal or ErrorCode.RateLimited or ErrorCode.Overloaded => RetryAdvice.Backoff,
        ErrorCode.Unauthenticated => RetryAdvice.Token,
        ErrorCode.PositionGone => RetryAdvice.Resync,
        _ => RetryAdvice.Never,
    };

    /// <summary>Whether the request may have taken effect although it was answered by this error.</summary>
    internal static bool MayHaveTakenEffect(ErrorCode code) => code is ErrorCode.Internal or ErrorCode.Timeout;
}

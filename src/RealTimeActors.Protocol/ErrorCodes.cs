namespace RealTimeActors.Protocol;

/// <summary>The name on the wire and the retry class of every <see cref="ErrorCode"/>.</summary>
public static class ErrorCodes
{
    /// <summary>The name on the wire. A code that this version does not know is read by its range: 100–199 are refused requests, <c>internal</c>.</summary>
    public static string NameOf(ErrorCode code) => code switch
    {
        ErrorCode.BadRequest => "bad_request",
        ErrorCode.Unauthenticated => "unauthenticated",
        ErrorCode.Forbidden => "forbidden",
        ErrorCode.UnknownChannel => "unknown_channel",
        ErrorCode.LimitExceeded => "limit_exceeded",
        ErrorCode.RateLimited => "rate_limited",
        ErrorCode.PositionGone => "position_gone",
        ErrorCode.Conflict => "conflict",
        ErrorCode.FencedOrOutOfWindow => "fenced_or_out_of_window",
        ErrorCode.TooLarge => "too_large",
        ErrorCode.NotEnabled => "not_enabled",
        ErrorCode.Expired => "expired",
        ErrorCode.Overloaded => "overloaded",
        ErrorCode.Timeout => "timeout",
        _ => "internal",
    };

    /// <summary>What a client does about it.</summary>
    public static RetryClass RetryOf(ErrorCode code) => code switch
    {
        ErrorCode.Internal or ErrorCode.RateLimited or ErrorCode.Overloaded => RetryClass.Backoff,
        ErrorCode.Unauthenticated or ErrorCode.Expired => RetryClass.Token,
        ErrorCode.PositionGone => RetryClass.Resync,
        ErrorCode.Timeout => RetryClass.Same,
        ErrorCode.BadRequest or ErrorCode.Forbidden or ErrorCode.UnknownChannel or ErrorCode.LimitExceeded or ErrorCode.Conflict
            or ErrorCode.FencedOrOutOfWindow or ErrorCode.TooLarge or ErrorCode.NotEnabled => RetryClass.Never,
        _ => RetryClass.Backoff,
    };

    /// <summary>The word on the wire of a retry class.</summary>
    public static string NameOf(RetryClass retry) => retry switch
    {
        RetryClass.Never => "never",
        RetryClass.Same => "same",
        RetryClass.Token => "token",
        RetryClass.Resync => "resync",
        _ => "backoff",
    };
}

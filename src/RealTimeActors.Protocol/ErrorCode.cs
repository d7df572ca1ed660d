namespace RealTimeActors.Protocol;

/// <summary>Why a request was refused. The number is on the wire; unknown ones are read by their range.</summary>
public enum ErrorCode
{
    Internal = 100,
    BadRequest = 101,
    Unauthenticated = 102,
    Forbidden = 103,
    UnknownChannel = 104,
    LimitExceeded = 105,
    RateLimited = 106,
    PositionGone = 107,
    Conflict = 108,
    FencedOrOutOfWindow = 109,
    TooLarge = 110,
    NotEnabled = 111,
    Expired = 112,
    Overloaded = 113,
    Timeout = 114,
}

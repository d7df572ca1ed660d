namespace RealTimeActors.Protocol;

/// <summary>Why a connection is closed; the same code closes the WebSocket. 40xx: reconnect now and resume; 41xx: with back-off; 42xx: elsewhere;
/// 43xx: with a new token; 44xx: stay away.</summary>
public static class CloseCode
{
    /// <summary>The server is going down; another one, or this one soon, takes over.</summary>
    public const int GoingAway = 4000;

    /// <summary>The client said bye.</summary>
    public const int Bye = 4001;

    /// <summary>No sign of life for too long.</summary>
    public const int HeartbeatMissed = 4002;

    /// <summary>The session could not be reached just now.</summary>
    public const int TryAgain = 4100;

    /// <summary>The server has no room.</summary>
    public const int Overloaded = 4101;

    /// <summary>The client reads too slowly and asked to be disconnected for it, or does not even take answers.</summary>
    public const int TooSlow = 4102;

    /// <summary>A message was under way for too long.</summary>
    public const int MessageTooSlow = 4103;

    /// <summary>This node has too much to do, and another one has more room.</summary>
    public const int Elsewhere = 4200;

    /// <summary>A token is needed, or another one than the one that came.</summary>
    public const int TokenNeeded = 4300;

    /// <summary>The token has expired.</summary>
    public const int TokenExpired = 4301;

    /// <summary>The token was revoked: its user was put out after it had been issued.</summary>
    public const int TokenRevoked = 4302;

    /// <summary>What came is not this protocol.</summary>
    public const int ProtocolError = 4400;

    /// <summary>No hello within the time allowed, or something else before it.</summary>
    public const int HelloExpected = 4401;

    /// <summary>Frames beyond the limits, again and again.</summary>
    public const int FrameTooLarge = 4402;

    /// <summary>An administrator has put the user out, and the client is not to come back by itself.</summary>
    public const int PutOut = 4403;

    /// <summary>Another connection took the session over.</summary>
    public const int TakenOver = 4404;

    /// <summary>Control frames, empty messages or small fragments, faster than is allowed.</summary>
    public const int Flooding = 4405;

    /// <summary>An administrator ended the session: it is not there any more, and what it followed is forgotten.</summary>
    public const int SessionEnded = 4406;
}

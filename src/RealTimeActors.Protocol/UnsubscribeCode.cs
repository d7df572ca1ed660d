namespace RealTimeActors.Protocol;

/// <summary>Why a subscription was ended by the server. 2000–2499: stay out; 2500–2999: subscribe again.</summary>
public static class UnsubscribeCode
{
    /// <summary>A subscription of the hello was refused; the reason says why.</summary>
    public const int Refused = 2000;

    /// <summary>The right to it is missing: it never was there, or the token of a <c>refresh</c> or of a resuming <c>hello</c> does not give it any more.</summary>
    public const int RightMissing = 2001;

    /// <summary>An administrator has ended it.</summary>
    public const int PutOut = 2002;

    /// <summary>A pattern names more channels than a connection may follow by patterns: it is ended as a whole, a narrower one may be subscribed to.</summary>
    public const int TooMany = 2003;
}

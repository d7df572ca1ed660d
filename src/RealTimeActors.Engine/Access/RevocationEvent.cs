namespace RealTimeActors.Engine.Access;

/// <summary>What happened to the tokens of users. Journaled: add new events freely, never change an old one.</summary>
internal abstract record RevocationEvent
{
    private RevocationEvent() { }

    /// <summary>Tokens of the user that were issued before a moment are not taken any more.</summary>
    /// <param name="User">Whose.</param>
    /// <param name="BeforeUnixMs">The moment: when it was asked for.</param>
    /// <param name="UntilUnixMs">When the last of them has expired anyway, so that it can be forgotten.</param>
    internal sealed record Revoked(string User, long BeforeUnixMs, long UntilUnixMs) : RevocationEvent;
}

namespace RealTimeActors.Edge.Authentication.Jwks;

/// <summary>What became of the question for newer keys.</summary>
internal enum KeysAnswer
{
    /// <summary>The keys are those that the issuer names now, or named a moment ago.</summary>
    Fresh,

    /// <summary>It could not be learnt: the set could not be fetched, or not in time.</summary>
    Unreachable,
}

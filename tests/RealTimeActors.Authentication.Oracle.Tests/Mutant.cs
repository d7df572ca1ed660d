namespace RealTimeActors.Authentication.Oracle.Tests;

/// <summary>A token that was tampered with, or made strangely.</summary>
/// <param name="Token">The token.</param>
/// <param name="Original">The good token it was made of.</param>
/// <param name="What">What was done to it.</param>
/// <param name="IsSignedAnew">Whether whoever did it has the key: then it need not be refused, but must be judged as the library does.</param>
internal sealed record Mutant(string Token, string Original, string What, bool IsSignedAnew)
{
    /// <summary>Whether the bytes that the signature is over were changed by somebody without the key.</summary>
    internal bool IsTamperedWith => !IsSignedAnew && Token != Original;
}

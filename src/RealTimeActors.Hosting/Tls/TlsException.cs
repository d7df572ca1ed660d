namespace RealTimeActors.Hosting.Tls;

/// <summary>The certificate cannot be used.</summary>
/// <param name="key">The key of <c>realtime.http.tls</c> that it is about.</param>
/// <param name="message">What was expected and what came.</param>
internal sealed class TlsException(string key, string message) : Exception(message)
{
    internal string Key { get; } = key;
}

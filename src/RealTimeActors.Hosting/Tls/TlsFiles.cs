namespace RealTimeActors.Hosting.Tls;

/// <summary>Where the certificate lies that the server shows (<c>realtime.http.tls</c>).</summary>
/// <param name="Certificate">Path of a PEM file: the server's certificate, then those between it and the authority.</param>
/// <param name="Key">Path of a PEM file with its private key; may be the same file.</param>
/// <param name="Password">Of the private key; null: it has none.</param>
/// <param name="CheckEvery">How often it is looked whether the files have changed.</param>
public sealed record TlsFiles(string Certificate, string Key, string? Password, TimeSpan CheckEvery)
{
    /// <summary>Without the password.</summary>
    public override string ToString() => $"{Certificate}, {Key}";
}

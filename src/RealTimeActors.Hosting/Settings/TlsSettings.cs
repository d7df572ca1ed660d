using RealTimeActors.Hosting.Tls;

namespace RealTimeActors.Hosting.Settings;

/// <summary>Reads <c>realtime.http.tls</c>, and tries what it names: a server whose certificate is wrong does not start.</summary>
internal static class TlsSettings
{
    internal static TlsFiles? Read(KeyReader tls)
    {
        var certificate = tls.OptionalText("certificate");
        var key = tls.OptionalText("key");
        var password = tls.Secret("password");
        var checkEvery = tls.Duration("check-every", TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(1));
        if (certificate is null)
        {
            if (key is not null || password is not null)
                tls.Problem("certificate", "the path of a PEM file is expected beside key and password; it is absent");

            return null;
        }

        if (IsPem(tls, "certificate", certificate) || (key is not null && IsPem(tls, "key", key)))
            return null;

        var files = new TlsFiles(certificate, key ?? certificate, password, checkEvery);
        try
        {
            _ = ServerCertificate.Load(files, DateTimeOffset.UtcNow);
            return files;
        }
        catch (TlsException unusable)
        {
            tls.Problem(unusable.Key, unusable.Message);
            return null;
        }
    }

    /// <summary>The text itself has no file that could be renewed, and must not be repeated.</summary>
    private static bool IsPem(KeyReader tls, string key, string value)
    {
        if (!value.Contains("-----BEGIN", StringComparison.Ordinal))
            return false;

        tls.Problem(key, "the path of a PEM file is expected; the text of one came");
        return true;
    }
}

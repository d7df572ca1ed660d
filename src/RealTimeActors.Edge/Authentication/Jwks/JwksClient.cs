using System.Net;

namespace RealTimeActors.Edge.Authentication.Jwks;

/// <summary>Fetches a key set: bounded in size and time, from exactly the configured address. Redirects are not followed: keys come from where the operator said.</summary>
internal sealed class JwksClient(Uri url, TimeSpan timeout) : IDisposable
{
    private const int BytesMax = 262_144;

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = timeout,
        // Whoever moves the issuer to another address is found there.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        MaxConnectionsPerServer = 1,
        MaxResponseHeadersLength = 32,
    })
    {
        // The time is kept by the caller's token, for headers and body together.
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = BytesMax,
    };

    /// <summary>The address without what may be secret in it: for logs.</summary>
    internal string Shown { get; } = url.GetLeftPart(UriPartial.Path);

    /// <exception cref="JwksException">It cannot be had; the message says why.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    internal async Task<JwksDocument> FetchAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(timeout);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            request.Headers.Accept.ParseAdd("application/jwk-set+json, application/json");
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, patience.Token);
            if (response.StatusCode != HttpStatusCode.OK)
                throw new JwksException($"200 is expected; {(int)response.StatusCode} came");

            var bytes = await response.Content.ReadAsByteArrayAsync(patience.Token);
            return JwksDocument.TryRead(bytes, out var document, out var error) ? document : throw new JwksException(error);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new JwksException($"no answer came within {timeout.TotalSeconds:0.#} s");
        }
        catch (HttpRequestException failed)
        {
            throw new JwksException(failed.HttpRequestError switch
            {
                HttpRequestError.NameResolutionError => "the name of the host is not known",
                HttpRequestError.ConnectionError => "the host does not take connections",
                HttpRequestError.SecureConnectionError => "no secure connection could be made (is its certificate trusted here?)",
                HttpRequestError.ConfigurationLimitExceeded => $"at most {BytesMax} bytes are expected; more came",
                _ => "the answer was broken",
            }, failed);
        }
    }

    public void Dispose() => _http.Dispose();
}

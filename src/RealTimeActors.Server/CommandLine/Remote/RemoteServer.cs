using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using RealTimeActors.Client;
using RealTimeActors.Client.Sessions;

namespace RealTimeActors.Server.CommandLine.Remote;

/// <summary>A server as the command line sees it: its HTTP addresses, and a client to follow and publish with.</summary>
internal sealed class RemoteServer : IDisposable
{
    private readonly HttpClient _http;
    private readonly string? _token;
    private readonly TimeSpan _timeout;

    internal RemoteServer(Uri address, string? token, TimeSpan timeout)
    {
        var isSecure = address.Scheme is "https" or "wss";
        Address = new UriBuilder(isSecure ? "https" : "http", address.Host, address.Port).Uri;
        _token = token;
        _timeout = timeout;
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = Address, Timeout = timeout };
        _http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (token is not null)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    internal Uri Address { get; }

    /// <summary>Reads an address that answers in JSON.</summary>
    /// <exception cref="CommandException">It cannot be reached, or refuses.</exception>
    internal Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(() => new HttpRequestMessage(HttpMethod.Get, path), cancellationToken);

    /// <summary>Sends JSON (or nothing) to an address that answers in JSON.</summary>
    /// <exception cref="CommandException">It cannot be reached, or refuses.</exception>
    internal Task<JsonElement> PostAsync(string path, HttpContent? body, Action<HttpRequestHeaders>? headers, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, path, body, headers, cancellationToken);

    /// <summary>The same by any method.</summary>
    /// <exception cref="CommandException">It cannot be reached, or refuses.</exception>
    internal Task<JsonElement> SendAsync(HttpMethod method, string path, HttpContent? body, Action<HttpRequestHeaders>? headers, CancellationToken cancellationToken) =>
        SendAsync(
            () =>
            {
                var request = new HttpRequestMessage(method, path) { Content = body };
                headers?.Invoke(request.Headers);
                return request;
            },
            cancellationToken);

    /// <summary>A client that is connected already.</summary>
    /// <exception cref="CommandException">The server cannot be reached.</exception>
    /// <exception cref="RealTimeException">It refuses.</exception>
    internal async Task<RealTimeClient> ConnectAsync(ISessionStore? session, CancellationToken cancellationToken)
    {
        var client = new RealTimeClient(new RealTimeClientOptions
        {
            Endpoints = [Address],
            ClientName = "realtime-cli/1",
            Token = _token is { } token ? _ => ValueTask.FromResult<string?>(token) : null,
            SessionStore = session,
        });
        try
        {
            await client.ConnectAsync(cancellationToken).WaitAsync(_timeout, cancellationToken);
            return client;
        }
        catch (Exception failed)
        {
            var trouble = client.Trouble is { } reason ? $" ({reason.TrimEnd('.')})" : "";
            await client.DisposeAsync();
            throw failed is TimeoutException ? Unreachable($"no connection came about within {_timeout.TotalSeconds} s{trouble}", failed) : failed;
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonElement> SendAsync(Func<HttpRequestMessage> make, CancellationToken cancellationToken)
    {
        try
        {
            using var request = make();
            using var response = await _http.SendAsync(request, cancellationToken);
            if (!response.IsSuccessStatusCode)
                throw await RefusedAsync(response, cancellationToken);

            return response.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.Accepted
                ? default
                : await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        }
        catch (HttpRequestException unreachable)
        {
            throw Unreachable(unreachable.Message, unreachable);
        }
        catch (TaskCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unreachable($"no answer came within {_timeout.TotalSeconds} s", late);
        }
        catch (JsonException other)
        {
            throw new CommandException($"{Address} does not answer in JSON: is it a RealTimeActors server? {other.Message}", other) { ExitCode = Exit.Unreachable };
        }
    }

    /// <summary>What the server says about it (RFC 9457), or at least its status.</summary>
    private static async Task<CommandException> RefusedAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var why = $"{(int)response.StatusCode} {response.ReasonPhrase}";
        if (response.Content.Headers.ContentType?.MediaType == "application/problem+json")
        {
            var problem = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
            why = $"{problem.GetProperty("detail").GetString()} ({problem.GetProperty("code").GetInt32()} {problem.GetProperty("name").GetString()})";
        }

        return new CommandException(why)
        {
            ExitCode = response.StatusCode switch
            {
                HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => Exit.NotAllowed,
                HttpStatusCode.ServiceUnavailable or HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout => Exit.Unreachable,
                _ => Exit.No,
            },
        };
    }

    private CommandException Unreachable(string why, Exception inner) =>
        new($"{Address} cannot be reached: {why.TrimEnd('.')}. Start a server, or name one with --server.", inner) { ExitCode = Exit.Unreachable };
}

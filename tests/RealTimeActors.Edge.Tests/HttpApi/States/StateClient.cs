using System.Net;
using System.Text;
using System.Text.Json;
using RealTimeActors.Edge.Tests.Support;

namespace RealTimeActors.Edge.Tests.HttpApi.States;

/// <summary>Asks about the state of one channel, as a program with an HTTP library does.</summary>
internal sealed class StateClient(RealServer server, string channel = "grants.eu")
{
    internal string Address { get; } = $"/v1/channels/{channel}/state";

    internal Task<Answer> GetAsync(string path = "", params string[] headers) => SendAsync("GET", path, null, headers);

    internal Task<Answer> PutAsync(string path, string value, params string[] headers) => SendAsync("PUT", path, value, headers);

    internal Task<Answer> PatchAsync(string path, string patch, params string[] headers) => SendAsync("PATCH", path, patch, headers);

    internal Task<Answer> PostAsync(string path, string mutation, params string[] headers) => SendAsync("POST", path, mutation, headers);

    internal Task<Answer> DeleteAsync(string path, params string[] headers) => SendAsync("DELETE", path, null, headers);

    /// <summary>Sends one request.</summary>
    /// <param name="method">As <c>PUT</c>.</param>
    /// <param name="path">Below the state.</param>
    /// <param name="body">JSON; null: none.</param>
    /// <param name="headers">As <c>If-Match: "1"</c>.</param>
    internal async Task<Answer> SendAsync(string method, string path, string? body, params string[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"{Address}{path}");
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, method == "PATCH" ? "application/merge-patch+json" : "application/json");

        foreach (var header in headers)
        {
            var colon = header.IndexOf(':', StringComparison.Ordinal);
            request.Headers.TryAddWithoutValidation(header[..colon], header[(colon + 1)..].Trim());
        }

        using var response = await server.Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new Answer(response.StatusCode, response.Headers.ETag?.ToString(), text.Length == 0 ? default : JsonDocument.Parse(text).RootElement)
        {
            AcceptPatch = response.Headers.TryGetValues("Accept-Patch", out var patches) ? string.Join(", ", patches) : null,
        };
    }

    internal sealed record Answer(HttpStatusCode Status, string? ETag, JsonElement Body)
    {
        internal string? AcceptPatch { get; init; }

        internal string Value => Body.GetProperty("value").GetRawText();

        internal long Version => Body.GetProperty("version").GetInt64();

        internal long Offset => Body.GetProperty("offset").GetInt64();

        internal string? Result => Body.GetProperty("result").GetString();

        internal int Code => Body.GetProperty("code").GetInt32();

        internal string Detail => Body.GetProperty("detail").GetString()!;
    }
}

using Microsoft.AspNetCore.Http;

namespace RealTimeActors.Edge.HttpApi.OpenApi;

/// <summary>
/// <c>GET /openapi/v1.json</c>: the description of this API for programs. It is written by hand (<c>openapi.json</c> beside this file), a part of the contract like <c>PROTOCOL.md</c>, and
/// costs nothing until somebody asks for it. Tests hold it against the addresses that are there and the answers that they give.
/// </summary>
internal static class OpenApiEndpoint
{
    private const string Resource = "RealTimeActors.Edge.HttpApi.OpenApi.openapi.json";
    private static readonly Lazy<byte[]> _document = new(Load);

    internal static Task ShowAsync(HttpContext http)
    {
        ContentTypes.RequireJsonAccepted(http.Request);
        return JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, _document.Value);
    }

    private static byte[] Load()
    {
        using var resource = typeof(OpenApiEndpoint).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The resource {Resource} is expected in this assembly.");
        var document = new byte[resource.Length];
        resource.ReadExactly(document);
        return document;
    }
}

using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace RealTimeActors.Edge.HttpApi.Publishing;

/// <summary>Which form a request has, by its headers.</summary>
internal static class PublishModes
{
    private const string CloudEvents = "application/cloudevents";

    /// <exception cref="RefusedException">None of them (415).</exception>
    internal static PublishMode Of(HttpRequest request)
    {
        if (request.ContentType?.StartsWith(CloudEvents, StringComparison.OrdinalIgnoreCase) != true)
        {
            if (CloudEventHeaders.AreThere(request.Headers))
            {
                ContentTypes.RequireNoCoding(request);
                return PublishMode.CloudEventHeaders;
            }

            ContentTypes.RequireJson(request);
            return PublishMode.Json;
        }

        ContentTypes.RequireNoCoding(request);
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type))
            throw Unknown(request);

        ContentTypes.RequireUtf8(type);
        return type.MediaType.ToString().ToLowerInvariant() switch
        {
            CloudEvents + "+json" => PublishMode.CloudEvent,
            CloudEvents + "-batch+json" => PublishMode.CloudEventBatch,
            _ => throw Unknown(request),
        };
    }

    private static RefusedException Unknown(HttpRequest request) => ContentTypes.Unsupported(
        $"CloudEvents are taken as application/cloudevents+json, application/cloudevents-batch+json, or with their attributes as headers ce-…; '{request.ContentType}' came.");
}

namespace RealTimeActors.Edge.Tests.Support.OpenApi;

/// <summary>Holds every answer that a test gets against the API's description: its status is described, and its body is as the schema of that status says.</summary>
internal sealed class ContractHandler() : DelegatingHandler(new SocketsHttpHandler())
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (ApiDescription.OperationOf(request.Method, request.RequestUri!.AbsolutePath) is not { } operation)
            return response;

        var where = $"{request.Method} {request.RequestUri.AbsolutePath} answered {(int)response.StatusCode}";
        Assert.True(operation.GetProperty("responses").TryGetProperty($"{(int)response.StatusCode}", out var named), $"{where}, which its description does not have.");
        var described = ApiDescription.Schemas.Resolve(named);
        if (response.Content.Headers.ContentType?.MediaType is { } lines and ("text/event-stream" or "application/x-ndjson"))
        {
            // A stream has no end that could be waited for, and lines are frames, which the codecs' own tests hold to their schema.
            Assert.True(described.GetProperty("content").TryGetProperty(lines, out _), $"{where} as {lines}, which its description does not have.");
            return response;
        }

        await response.Content.LoadIntoBufferAsync(cancellationToken);
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        if (!described.TryGetProperty("content", out var content) || request.Method == HttpMethod.Head)
        {
            Assert.True(body.Length == 0, $"{where} with a body, which its description does not have.");
            return response;
        }

        var type = response.Content.Headers.ContentType?.MediaType ?? "";
        Assert.True(content.TryGetProperty(type, out var media), $"{where} as '{type}'; {content} is described.");
        // Text has no parts that a schema could name.
        if (!type.EndsWith("json", StringComparison.Ordinal))
            return response;

        var value = System.Text.Json.JsonDocument.Parse(body).RootElement;
        var problems = ApiDescription.Schemas.Problems(value, media.GetProperty("schema"), isClosed: true);
        Assert.True(problems.Count == 0, $"{where}: {string.Join("; ", problems)}\n{value}");
        return response;
    }
}

using System.Text.Json;

namespace RealTimeActors.Edge.Tests.Support.OpenApi;

/// <summary>The API's description, as the server gives it out.</summary>
internal static class ApiDescription
{
    private static readonly string[] _methods = ["get", "post", "put", "patch", "delete"];

    internal static JsonElement Document { get; } = Load();

    internal static SchemaCheck Schemas { get; } = new(Document);

    /// <summary>Every operation: its address as it stands there, its method in lower case, and what is said of it.</summary>
    internal static IEnumerable<(string Path, string Method, JsonElement Operation)> Operations =>
        from path in Document.GetProperty("paths").EnumerateObject()
        from method in path.Value.EnumerateObject()
        where _methods.Contains(method.Name)
        select (path.Name, method.Name, method.Value);

    /// <summary>The operation behind a request; null: the description does not have it.</summary>
    internal static JsonElement? OperationOf(HttpMethod method, string path)
    {
        var wanted = method == HttpMethod.Head ? "get" : method.Method.ToLowerInvariant();
        var segments = path.Split('/');
        foreach (var (template, offered, operation) in Operations)
        {
            var parts = template.Split('/');
            if (offered == wanted && parts.Length == segments.Length && parts.Zip(segments).All(pair => pair.First == pair.Second || pair.First.StartsWith('{')))
                return operation;
        }

        return null;
    }

    private static JsonElement Load()
    {
        using var resource = typeof(EdgeApplication).Assembly.GetManifestResourceStream("RealTimeActors.Edge.HttpApi.OpenApi.openapi.json")!;
        return JsonDocument.Parse(resource).RootElement;
    }
}

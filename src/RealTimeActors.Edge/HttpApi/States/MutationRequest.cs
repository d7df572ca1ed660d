using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using RealTimeActors.Edge.HttpApi.Publishing;
using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Protocol;

namespace RealTimeActors.Edge.HttpApi.States;

/// <summary>What a request wants to do with an entry: PUT sets, PATCH merges, DELETE deletes, and POST does what its body says.</summary>
internal static class MutationRequest
{
    private const string MergePatch = "application/merge-patch+json";
    private const string Which = "The mutation";

    /// <exception cref="RefusedException">It cannot be read.</exception>
    internal static async Task<Mutation> ReadAsync(HttpContext http, string key, EdgeOptions options)
    {
        var request = http.Request;
        var operation = request.Method switch
        {
            "PUT" => MutationOperation.Set,
            "PATCH" => MutationOperation.Merge,
            "DELETE" => MutationOperation.Delete,
            _ => (MutationOperation?)null,
        };
        if (operation == MutationOperation.Merge)
            RequireMergePatch(http);
        else if (operation != MutationOperation.Delete)
            ContentTypes.RequireJson(request);

        var mutation = new Mutation
        {
            Key = key,
            Operation = operation ?? default,
            TimeUnixMs = QueryText.SignedCount(request, "time"),
            BaseVersion = QueryText.Count(request, "baseVersion"),
            MutationId = IdempotencyKey.Of(request),
        };

        // What a DELETE brings along means nothing (RFC 9110, 9.3.5).
        if (operation == MutationOperation.Delete)
            return mutation;

        var body = await RequestBody.ReadAsync(request, options.FrameBytesMax, http.RequestAborted);
        var json = JsonFields.Check(body);
        return operation is null ? ReadBody(json, mutation) : mutation with { Value = json };
    }

    /// <summary>Reads <c>{"operation","value"}</c>.</summary>
    private static Mutation ReadBody(byte[] json, Mutation mutation)
    {
        var reader = JsonFields.Open(json);
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new RefusedException(ErrorCode.BadRequest, $"{Which} is expected to be an object with operation and value.");

        MutationOperation? operation = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            switch (name)
            {
                case "operation":
                    operation = OperationOf(JsonFields.Text(ref reader, Which, name));
                    break;
                case "value":
                    mutation = mutation with { Value = JsonFields.Value(ref reader, json) };
                    break;
                default:
                    RequireNotMisplaced(name);
                    reader.Skip();
                    break;
            }
        }

        return operation is { } wanted
            ? mutation with { Operation = wanted }
            : throw new RefusedException(ErrorCode.BadRequest, $"{Which} has no operation; merge, set, delete, increment, add or remove is required.");
    }

    /// <summary>Fields that are not known are passed over; these are known, and would be conditions that nobody looks at.</summary>
    private static void RequireNotMisplaced(string? name)
    {
        var place = name switch
        {
            "ifVersion" => "the header If-Match, as \"13\" (If-None-Match: * for 0)",
            "mutationId" => "the header Idempotency-Key",
            "baseVersion" or "time" => $"the parameter ?{name}=",
            _ => null,
        };
        if (place is not null)
            throw new RefusedException(ErrorCode.BadRequest, $"{Which}: {name} is expected in {place}; it came in the body.");
    }

    private static MutationOperation? OperationOf(string? word) => word switch
    {
        null => null,
        "merge" => MutationOperation.Merge,
        "set" => MutationOperation.Set,
        "delete" => MutationOperation.Delete,
        "increment" => MutationOperation.Increment,
        "add" => MutationOperation.Add,
        "remove" => MutationOperation.Remove,
        _ => throw new RefusedException(ErrorCode.BadRequest, $"{Which}: operation is expected to be merge, set, delete, increment, add or remove; '{(word.Length <= 64 ? word : word[..64] + "…")}' came."),
    };

    /// <summary>A merge patch says so; plain JSON, or nothing, is taken for one. What looks like another kind of patch is not.</summary>
    private static void RequireMergePatch(HttpContext http)
    {
        var isSaid = MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) && type.MediaType.Equals(MergePatch, StringComparison.OrdinalIgnoreCase);
        try
        {
            if (isSaid)
            {
                ContentTypes.RequireNoCoding(http.Request);
                ContentTypes.RequireUtf8(type!);
            }
            else
            {
                ContentTypes.RequireJson(http.Request);
            }
        }
        catch (RefusedException refused) when (refused.Refusal.Status == StatusCodes.Status415UnsupportedMediaType)
        {
            // RFC 5789, 2.2: the answer says which patches are taken.
            http.Response.Headers["Accept-Patch"] = MergePatch;
            throw isSaid ? refused : ContentTypes.Unsupported($"Content-Type: {MergePatch} is expected; '{http.Request.ContentType}' came.");
        }
    }
}

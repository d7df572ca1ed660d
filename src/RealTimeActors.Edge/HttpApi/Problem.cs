using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using RealTimeActors.Edge.HttpApi.States;
using RealTimeActors.Engine.Telemetry;
using RealTimeActors.Protocol;

namespace RealTimeActors.Edge.HttpApi;

/// <summary>An answer that is an error: RFC 9457 <c>application/problem+json</c> with the contract's code, name and advice about retrying.</summary>
internal static class Problem
{
    internal static Task WriteAsync(HttpContext http, int status, ErrorCode code, string detail, TimeSpan? after = null) =>
        WriteAsync(http, new Refusal(code, detail, status, after));

    internal static Task WriteAsync(HttpContext http, ErrorCode code, string detail, TimeSpan? after = null) => WriteAsync(http, new Refusal(code, detail, after));

    internal static Task WriteAsync(HttpContext http, Refusal refusal)
    {
        http.RequestServices?.GetService<EngineMeters>()?.Error("http", refusal.Code);
        if (refusal.Status is StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests)
        {
            // Whole seconds, never "at once": the body has the milliseconds where they are known.
            var seconds = Math.Max(1, (int)Math.Ceiling((refusal.After ?? TimeSpan.FromSeconds(1)).TotalSeconds));
            http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        return JsonAnswer.WriteAsync(http, refusal.Status, json => WriteBody(json, refusal), "application/problem+json");
    }

    /// <summary>The problem as an object of its own, or beside others in the answer to a broadcast.</summary>
    internal static void WriteBody(Utf8JsonWriter json, Refusal refusal)
    {
        var name = ErrorCodes.NameOf(refusal.Code);
        json.WriteStartObject();
        json.WriteString("type", "about:blank");
        json.WriteString("title", name.Replace('_', ' '));
        json.WriteNumber("status", refusal.Status);
        json.WriteString("detail", refusal.Message);
        json.WriteNumber("code", (int)refusal.Code);
        json.WriteString("name", name);
        json.WriteString("retry", ErrorCodes.NameOf(ErrorCodes.RetryOf(refusal.Code)));
        if (refusal.After is { } after)
            json.WriteNumber("afterMs", (long)after.TotalMilliseconds);

        if (refusal.CloseCode is { } closeCode)
            json.WriteNumber("closeCode", closeCode);

        if (refusal.HasCurrent)
            StateBodies.WriteCurrent(json, refusal.Current);

        json.WriteEndObject();
    }

    /// <summary>The status that says about the same as the code.</summary>
    internal static int StatusOf(ErrorCode code) => code switch
    {
        ErrorCode.BadRequest => StatusCodes.Status400BadRequest,
        ErrorCode.Unauthenticated => StatusCodes.Status401Unauthorized,
        ErrorCode.Forbidden => StatusCodes.Status403Forbidden,
        ErrorCode.UnknownChannel => StatusCodes.Status404NotFound,
        ErrorCode.LimitExceeded or ErrorCode.RateLimited => StatusCodes.Status429TooManyRequests,
        ErrorCode.PositionGone or ErrorCode.Expired => StatusCodes.Status410Gone,
        ErrorCode.Conflict or ErrorCode.FencedOrOutOfWindow => StatusCodes.Status409Conflict,
        ErrorCode.TooLarge => StatusCodes.Status413PayloadTooLarge,
        ErrorCode.NotEnabled => StatusCodes.Status501NotImplemented,
        ErrorCode.Overloaded or ErrorCode.Timeout => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };
}

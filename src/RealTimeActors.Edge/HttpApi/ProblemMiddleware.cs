using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using RealTimeActors.Protocol;

namespace RealTimeActors.Edge.HttpApi;

/// <summary>Gives every answer that is an error a body that says so, whoever made it.</summary>
internal sealed partial class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> log)
{
    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
        }
        catch (RefusedException refused)
        {
            await Problem.WriteAsync(http, refused.Refusal);
            return;
        }
        catch (BadHttpRequestException bad) when (!http.Response.HasStarted)
        {
            var code = bad.StatusCode == StatusCodes.Status413PayloadTooLarge ? ErrorCode.TooLarge : ErrorCode.BadRequest;
            await Problem.WriteAsync(http, bad.StatusCode, code, bad.Message);
            return;
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return;
        }
        catch (Exception fault) when (!http.Response.HasStarted)
        {
            RequestFailed(log, http.Request.Method, http.Request.Path, fault);
            await Problem.WriteAsync(http, ErrorCode.Internal, "The request failed on the server; its log says why.");
            return;
        }

        if (http.Response is { HasStarted: false, ContentType: null })
            await ExplainAsync(http);
    }

    private static Task ExplainAsync(HttpContext http) => http.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound =>
            Problem.WriteAsync(http, StatusCodes.Status404NotFound, ErrorCode.BadRequest, $"There is nothing at {http.Request.Path}."),
        StatusCodes.Status405MethodNotAllowed when HttpMethods.IsOptions(http.Request.Method) => SayWhatIsTakenAsync(http),
        StatusCodes.Status405MethodNotAllowed => Problem.WriteAsync(http, StatusCodes.Status405MethodNotAllowed, ErrorCode.BadRequest,
            $"{http.Request.Path} does not take {http.Request.Method}; it takes {http.Response.Headers.Allow}."),
        _ => Task.CompletedTask,
    };

    /// <summary>OPTIONS that is no question of a browser's (those are answered before): the methods are in the header.</summary>
    private static Task SayWhatIsTakenAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        http.Response.Headers.Allow = $"{http.Response.Headers.Allow}, OPTIONS";
        return Task.CompletedTask;
    }

    [LoggerMessage(EventId = 2001, Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    private static partial void RequestFailed(ILogger log, string method, string path, Exception fault);
}

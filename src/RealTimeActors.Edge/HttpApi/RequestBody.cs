using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using RealTimeActors.Protocol;

namespace RealTimeActors.Edge.HttpApi;

/// <summary>Reads the body of a request as a whole, bounded before it is read.</summary>
internal static class RequestBody
{
    /// <exception cref="RefusedException">It has more bytes than are taken.</exception>
    /// <exception cref="BadHttpRequestException">It did not come in time.</exception>
    internal static async Task<byte[]> ReadAsync(HttpRequest request, int bytesMax, CancellationToken cancellationToken)
    {
        if (request.ContentLength > bytesMax)
            throw TooLarge(bytesMax);

        var reader = request.BodyReader;
        // What is there already, as a small body usually is, needs no timer.
        if (reader.TryRead(out var there) && TryTake(reader, there, bytesMax, out var body))
            return body;

        var within = request.HttpContext.RequestServices.GetRequiredService<EdgeOptions>().BodyWithin;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(within);
        try
        {
            while (true)
            {
                if (TryTake(reader, await reader.ReadAsync(patience.Token), bytesMax, out body))
                    return body;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new BadHttpRequestException($"A body is expected to be there within {within.TotalSeconds:0.#} s; this one is not.", StatusCodes.Status408RequestTimeout);
        }
    }

    private static bool TryTake(PipeReader reader, ReadResult result, int bytesMax, [NotNullWhen(true)] out byte[]? body)
    {
        if (result.Buffer.Length > bytesMax)
            throw TooLarge(bytesMax);

        body = result.IsCompleted ? result.Buffer.ToArray() : null;
        if (body is null)
            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        else
            reader.AdvanceTo(result.Buffer.End);

        return body is not null;
    }

    private static RefusedException TooLarge(int bytesMax) => new(ErrorCode.TooLarge, $"A body has at most {bytesMax} bytes.");
}

using System.Buffers;
using Microsoft.AspNetCore.Http;
using RealTimeActors.Protocol;

namespace RealTimeActors.Edge.HttpApi;

/// <summary>Reads the body of a request as a whole, bounded before it is read.</summary>
internal static class RequestBody
{
    /// <exception cref="RefusedException">It has more bytes than are taken.</exception>
    internal static async Task<byte[]> ReadAsync(HttpRequest request, int bytesMax, CancellationToken cancellationToken)
    {
        if (request.ContentLength > bytesMax)
            throw TooLarge(bytesMax);

        var reader = request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken);
            if (result.Buffer.Length > bytesMax)
                throw TooLarge(bytesMax);

            if (result.IsCompleted)
            {
                var body = result.Buffer.ToArray();
                reader.AdvanceTo(result.Buffer.End);
                return body;
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    private static RefusedException TooLarge(int bytesMax) => new(ErrorCode.TooLarge, $"A body has at most {bytesMax} bytes.");
}

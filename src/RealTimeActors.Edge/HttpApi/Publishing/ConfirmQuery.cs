using Microsoft.AspNetCore.Http;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Edge.HttpApi.Publishing;

/// <summary>What a publish over HTTP waits for: <c>?confirm=</c>, and with <c>delivered</c> <c>count</c>, <c>timeoutMs</c> and <c>missing</c>, as <c>delivered</c> of the publish frame has them.</summary>
/// <param name="Confirm">What for.</param>
/// <param name="Count">How many sessions must have acked; 0: all that are online.</param>
/// <param name="Timeout">How long; zero: as long as the server does by itself.</param>
/// <param name="Missing">Whether the receipt names who has not.</param>
internal sealed record ConfirmQuery(Confirm Confirm, long Count, TimeSpan Timeout, bool Missing)
{
    /// <summary>How long the channel may take beside the time that every request has.</summary>
    internal TimeSpan Longer(EdgeOptions options) => Confirm != Confirm.Delivered ? TimeSpan.Zero : Timeout == TimeSpan.Zero ? options.DeliveredTimeout : Timeout;

    internal static ConfirmQuery Of(HttpRequest request)
    {
        var confirm = QueryText.Confirm(request);
        var (count, timeout, missing) = (QueryText.One(request, "count"), QueryText.One(request, "timeoutMs"), QueryText.One(request, "missing"));
        if (confirm != Confirm.Delivered && (count ?? timeout ?? missing) is not null)
            throw new RefusedException(ErrorCode.BadRequest, "count, timeoutMs and missing are for confirm=delivered; another confirm, or none, came.");

        return new ConfirmQuery(
            confirm,
            count is null ? 0 : QueryText.Count("count", count),
            timeout is null ? TimeSpan.Zero : Within(QueryText.Count("timeoutMs", timeout)),
            missing switch
            {
                null or "false" => false,
                "true" => true,
                var word => throw new RefusedException(ErrorCode.BadRequest, $"missing is expected to be true or false; '{word}' came."),
            });
    }

    private static TimeSpan Within(long timeoutMs) => DeliveredTime.FaultOf(Confirm.Delivered, timeoutMs) is { } fault
        ? throw new RefusedException(ErrorCode.BadRequest, fault)
        : TimeSpan.FromMilliseconds(timeoutMs);
}

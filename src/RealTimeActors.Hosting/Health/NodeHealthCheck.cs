using Microsoft.Extensions.Diagnostics.HealthChecks;
using RealTimeActors.Hosting.InProcess;

namespace RealTimeActors.Hosting.Health;

/// <summary>Whether the node takes traffic (not while it starts or drains, nor while its journal cannot be written), and its in-process handlers get on.</summary>
/// <remarks>The first fails the check; a handler that fails degrades it.</remarks>
internal sealed class NodeHealthCheck(RealTimeNode node, InProcessChannels channels) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var subscriptions = channels.Subscriptions;
        var data = new Dictionary<string, object>(StringComparer.Ordinal) { ["subscriptions"] = subscriptions.Count };
        if ((node.NotReady ?? node.JournalDown?.Told) is { } reason)
            return Task.FromResult(new HealthCheckResult(context.Registration.FailureStatus, Sentence(reason), data: data));

        var troubled = subscriptions
            .Where(subscription => subscription.Trouble is not null)
            .Select(subscription => $"{subscription.Subscriber ?? "a handler"} in {subscription.Channel}: {subscription.Trouble}")
            .Concat(channels.Failed)
            .Order(StringComparer.Ordinal)
            .ToArray();
        return Task.FromResult(troubled.Length == 0
            ? HealthCheckResult.Healthy("The node is ready.", data)
            : HealthCheckResult.Degraded($"Handlers fail: {string.Join("; ", troubled)}", data: data));
    }

    private static string Sentence(string text) => char.ToUpperInvariant(text[0]) + text[1..] + (text.EndsWith('.') ? "" : ".");
}

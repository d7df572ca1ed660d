using Microsoft.Extensions.Diagnostics.HealthChecks;
using RealTimeActors.Hosting.InProcess;

namespace RealTimeActors.Hosting.Health;

/// <summary>
/// Whether the node takes traffic (not while it starts or drains), its journal can be written, and its in-process handlers get on.
/// </summary>
/// <remarks>The first two fail the check; a handler that fails degrades it. The journal is tried at most once a second, however often somebody asks.</remarks>
internal sealed class NodeHealthCheck(RealTimeNode node, InProcessChannels channels) : IHealthCheck
{
    private static readonly TimeSpan _journalWithin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _journalEvery = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private Task<string?>? _trial;
    private long _triedAt;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var subscriptions = channels.Subscriptions;
        var data = new Dictionary<string, object>(StringComparer.Ordinal) { ["subscriptions"] = subscriptions.Count };
        if (node.NotReady is { } notReady)
            return new HealthCheckResult(context.Registration.FailureStatus, $"{Capitalized(notReady)}.", data: data);

        if (await TryJournalAsync().WaitAsync(cancellationToken) is { } broken)
            return new HealthCheckResult(context.Registration.FailureStatus, $"{Capitalized(broken)}.", data: data);

        var troubled = subscriptions
            .Where(subscription => subscription.Trouble is not null)
            .Select(subscription => $"{subscription.Subscriber ?? "a handler"} in {subscription.Channel}: {subscription.Trouble}")
            .Concat(channels.Failed)
            .Order(StringComparer.Ordinal)
            .ToArray();
        return troubled.Length == 0
            ? HealthCheckResult.Healthy("The node is ready.", data)
            : HealthCheckResult.Degraded($"Handlers fail: {string.Join("; ", troubled)}", data: data);
    }

    private Task<string?> TryJournalAsync()
    {
        lock (_gate)
        {
            if (_trial is null || (_trial.IsCompleted && TimeProvider.System.GetElapsedTime(_triedAt) >= _journalEvery))
            {
                _triedAt = TimeProvider.System.GetTimestamp();
                _trial = JournalProbe.TryAsync(node.Journal, TimeProvider.System, _journalWithin, CancellationToken.None);
            }

            return _trial;
        }
    }

    private static string Capitalized(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}

namespace RealTimeActors.Engine.Connections;

/// <content>The one timer for the stages of all subscriptions: it stands at the earliest moment at which one of them will let something out.</content>
internal sealed partial class EdgeActor
{
    private static readonly object _dueTimer = new();
    private long? _dueTimerUnixMs;

    private void OnStagesDue()
    {
        _dueTimerUnixMs = null;
        var now = NowUnixMs;
        while (Due.TryTake(now, out var subscription))
            subscription.Connection.MarkReady(subscription);
    }

    /// <summary>At the end of a run, when it is known what waits. A timer that stands earlier than needed stays: it finds nothing, and is set anew.</summary>
    private void SetDueTimer()
    {
        if (Due.EarliestUnixMs is not { } due || due >= _dueTimerUnixMs)
            return;

        _dueTimerUnixMs = due;
        Context.StartTimer(_dueTimer, TimeSpan.FromMilliseconds(Math.Max(1, due - NowUnixMs)), EdgeMessage.StagesDue.Instance);
    }
}

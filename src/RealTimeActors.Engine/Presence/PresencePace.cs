namespace RealTimeActors.Engine.Presence;

/// <summary>When what changed is told: the more there is to be told to the more, the more seldom.</summary>
/// <remarks>What one receiver gets of a channel is bounded by it: the frames by the interval, the bytes by <see cref="BytesPerSecondMax"/>. With n members who all change all the time, n receivers get n
/// changes: at 200 of them and 1 s that are 40,000 a second in a channel, whatever they do.</remarks>
internal static class PresencePace
{
    internal const int BytesPerSecondMax = 65_536;

    /// <summary>Between two frames with the number alone.</summary>
    internal static readonly TimeSpan CountEvery = TimeSpan.FromSeconds(1);

    private const int FewMax = 50;
    private const int SomeMax = 100;
    private const double PauseSecondsMax = 5;

    /// <summary>The least time between two frames.</summary>
    internal static TimeSpan Interval(PresenceOptions options, long members, bool isListed)
    {
        var interval = options.GatheredFor * (members > SomeMax ? 4 : members > FewMax ? 2 : 1);
        return isListed || interval > CountEvery ? interval : CountEvery;
    }

    /// <summary>How long after so many bytes the next may come.</summary>
    internal static TimeSpan PauseAfter(long bytes) => TimeSpan.FromSeconds(Math.Min((double)bytes / BytesPerSecondMax, PauseSecondsMax));

    /// <summary>How long it is from now, the first change after a quiet time, to the moment at which it is told.</summary>
    internal static TimeSpan Wait(PresenceOptions options, long members, bool isListed, TimeSpan sinceTold, long bytesTold)
    {
        var interval = Interval(options, members, isListed);
        var pause = PauseAfter(bytesTold);
        var left = (interval > pause ? interval : pause) - sinceTold;
        return left > options.GatheredFor ? left : options.GatheredFor;
    }
}

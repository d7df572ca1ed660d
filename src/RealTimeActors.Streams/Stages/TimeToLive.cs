namespace RealTimeActors.Streams.Stages;

/// <summary>What comes too late is of no use: it is left out when its turn comes, and does not even come in when it is late already.</summary>
internal static class TimeToLive
{
    internal static bool IsPast<T>(in Element<T> element, long nowUnixMs) => element.ExpiresUnixMs <= nowUnixMs;
}

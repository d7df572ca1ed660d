using RealTimeActors.Engine.Presence;

namespace RealTimeActors.Hosting.Settings;

/// <summary><c>realtime.presence</c>: who is there, for how long, and how it is told.</summary>
internal static class PresenceSettings
{
    internal static PresenceOptions Read(KeyReader presence) => new()
    {
        Grace = presence.Duration("grace", TimeSpan.FromSeconds(10), TimeSpan.Zero, TimeSpan.FromHours(1)),
        GatheredFor = presence.Duration("gather", TimeSpan.FromMilliseconds(250), TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1)),
        ListedMax = presence.Integer("listed", 200, 0, 1_000),
        MembersMax = presence.Integer("members", 100_000, 1, 10_000_000),
        StateBytesMax = (int)presence.Bytes("state-bytes", 4_096, 16, 16 << 10),
    };
}

using System.Globalization;

namespace RealTimeActors.Hammer.Servers;

/// <summary>One clock for everything that a run writes down, so that what nodes, clients, faults and the database did can be put in order: the time of day, as the database's log has it.</summary>
internal static class RunClock
{
    internal static string Now => TimeProvider.System.GetUtcNow().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
}

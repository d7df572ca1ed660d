using System.Diagnostics;
using System.Globalization;

namespace RealTimeActors.Hammer.Cluster.Nodes;

/// <summary>One clock for everything that a run writes down, so that what nodes, clients and faults did can be put in order.</summary>
internal static class RunClock
{
    private static readonly long _began = Stopwatch.GetTimestamp();

    /// <summary>Seconds since the program began to look.</summary>
    internal static string Now => string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(_began).TotalSeconds:0.000} s");
}

using Xunit.Abstractions;

namespace RealTimeActors.EndToEnd.Tests;

/// <summary>Begins with the tests that take minutes: one of them that came last would keep everybody waiting while nothing else is left to do.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    // As they were measured.
    private static readonly string[] _long = ["ServerKillTests", "ClientKillTests", "DatabaseKillTests", "StateKillTests", "BlockedWebSocketTests", "HandOverTests", "HammerTests", "CatchUpTests"];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections)
    {
        ArgumentNullException.ThrowIfNull(testCollections);
        return testCollections.OrderBy(PlaceOf).ThenBy(collection => collection.DisplayName, StringComparer.Ordinal);
    }

    private static int PlaceOf(ITestCollection collection)
    {
        var place = Array.FindIndex(_long, name => collection.DisplayName.EndsWith($".{name}", StringComparison.Ordinal));
        return place < 0 ? _long.Length : place;
    }
}

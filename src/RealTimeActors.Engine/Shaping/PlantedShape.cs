using RealTimeActors.Streams;

namespace RealTimeActors.Engine.Shaping;

/// <summary>Settings as a planted bug makes them; without one, as they are.</summary>
internal static class PlantedShape
{
    internal static ShapeSettings Of(ShapeSettings settings, PlantedBug bug) => bug switch
    {
        PlantedBug.ImmediateConflated => settings with { Immediate = [] },
        PlantedBug.DebounceTooSoon => settings with { DebounceMs = settings.DebounceMs / 2 },
        PlantedBug.RateForgotten => settings with { MaxPerSecond = settings.MaxPerSecond * 2 },
        _ => settings,
    };
}

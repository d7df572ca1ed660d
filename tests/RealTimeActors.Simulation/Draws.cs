using RealTimeActors.TestKit.Entropy;

namespace RealTimeActors.Simulation;

/// <summary>What a plan draws, in its own words.</summary>
internal static class Draws
{
    public static T Pick<T>(this Xoshiro256 chance, params ReadOnlySpan<T> among) => among[chance.Below(among.Length)];

    /// <summary>At least <paramref name="min"/>, at most <paramref name="max"/>.</summary>
    public static int Between(this Xoshiro256 chance, int min, int max) => min + chance.Below(max - min + 1);

    public static TimeSpan Between(this Xoshiro256 chance, TimeSpan min, TimeSpan max) => min + TimeSpan.FromTicks((long)(chance.Fraction() * (max - min).Ticks));

    public static TimeSpan Ms(this Xoshiro256 chance, double min, double max) => chance.Between(TimeSpan.FromMilliseconds(min), TimeSpan.FromMilliseconds(max));
}

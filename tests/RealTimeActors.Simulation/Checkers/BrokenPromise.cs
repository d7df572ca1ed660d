using System.Globalization;
using System.Runtime.CompilerServices;

namespace RealTimeActors.Simulation.Checkers;

/// <summary>What is to be said where something does not hold. Put together only then: it is asked a thousand times for every time that it is read.</summary>
[InterpolatedStringHandler]
internal ref struct BrokenPromise
{
    private DefaultInterpolatedStringHandler _text;

    public BrokenPromise(int literalLength, int formattedCount, bool holds, out bool isBroken)
    {
        isBroken = !holds;
        _text = isBroken ? new DefaultInterpolatedStringHandler(literalLength, formattedCount, CultureInfo.InvariantCulture) : default;
    }

    public void AppendLiteral(string text) => _text.AppendLiteral(text);

    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

    public void AppendFormatted<T>(T value, string? format) => _text.AppendFormatted(value, format);

    /// <summary>The whole of it. Once.</summary>
    public string Take() => _text.ToStringAndClear();
}

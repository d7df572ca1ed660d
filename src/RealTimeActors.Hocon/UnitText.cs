using System.Globalization;

namespace RealTimeActors.Hocon;

/// <summary>A number and a unit: blanks, the number, blanks, letters, blanks.</summary>
internal static class UnitText
{
    internal static bool TrySplit(string text, out decimal number, out string unit)
    {
        var trimmed = text.Trim();
        var letters = trimmed.Length;
        while (letters > 0 && char.IsLetter(trimmed[letters - 1]))
            letters--;

        unit = trimmed[letters..];
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        return decimal.TryParse(trimmed.AsSpan(0, letters).TrimEnd(), Style, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>The product; null where it is too large for any use.</summary>
    internal static decimal? Times(decimal number, decimal factor)
    {
        try
        {
            return number * factor;
        }
        catch (OverflowException)
        {
            return null;
        }
    }
}

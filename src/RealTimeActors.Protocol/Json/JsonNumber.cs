using System.Globalization;
using System.Numerics;
using System.Text;

namespace RealTimeActors.Protocol.Json;

/// <summary>A JSON number, exactly: compared and added as the decimal number that it is, whatever its length. <c>0.1 + 0.2</c> is <c>0.3</c>, and <c>1</c>, <c>1.0</c> and <c>10e-1</c> are equal.</summary>
public readonly struct JsonNumber : IComparable<JsonNumber>, IEquatable<JsonNumber>
{
    /// <summary>The first digit stands at most so many places before the point, and the last one as many after it: beyond what a double can hold on either side, and small enough to be cheap.</summary>
    public const int PlacesMax = 400;

    private const int DigitsOfLongMax = 18;
    private const int PlainPlacesMax = 21;
    private const int PlainZerosMax = 6;

    // _digits × 10^_exponent, _digits without zeros at its end; zero is 0 × 10^0.
    private readonly BigInteger _digits;
    private readonly int _exponent;

    private JsonNumber(BigInteger digits, int exponent)
    {
        _digits = digits;
        _exponent = exponent;
    }

    /// <summary>Less than zero: -1; zero: 0; else 1.</summary>
    public int Sign => _digits.Sign;

    /// <summary>Equal as numbers.</summary>
    public static bool operator ==(JsonNumber left, JsonNumber right) => left.Equals(right);

    /// <summary>Not equal as numbers.</summary>
    public static bool operator !=(JsonNumber left, JsonNumber right) => !left.Equals(right);

    /// <summary>Whether a JSON value is a number, of whatever size.</summary>
    public static bool IsNumber(ReadOnlySpan<byte> json) => !json.IsEmpty && json[0] is (byte)'-' or (>= (byte)'0' and <= (byte)'9');

    /// <summary>Reads a number of well-formed JSON. False: it is none, or one with more places than <see cref="PlacesMax"/>.</summary>
    public static bool TryParse(ReadOnlySpan<byte> token, out JsonNumber number)
    {
        number = default;
        if (!IsNumber(token))
            return false;

        var isNegative = token[0] == '-';
        token = isNegative ? token[1..] : token;
        var e = token.IndexOfAny((byte)'e', (byte)'E');
        var mantissa = e < 0 ? token : token[..e];
        var exponent = e < 0 ? 0L : ExponentOf(token[(e + 1)..]);
        var point = mantissa.IndexOf((byte)'.');
        exponent -= point < 0 ? 0 : mantissa.Length - point - 1;

        // Zeros at either end say nothing but where the others stand.
        var zeros = mantissa.Length - mantissa.TrimEnd("0."u8).Length;
        exponent += zeros - (point >= mantissa.Length - zeros ? 1 : 0);
        mantissa = mantissa[..^zeros].TrimStart("0."u8);
        if (mantissa.IsEmpty)
            return true;

        var count = mantissa.Length - (mantissa.Contains((byte)'.') ? 1 : 0);
        if (exponent < -PlacesMax || exponent + count > PlacesMax)
            return false;

        var digits = DigitsOf(mantissa, count);
        number = new JsonNumber(isNegative ? -digits : digits, (int)exponent);
        return true;
    }

    /// <summary>Adds exactly. False: the sum has more places than <see cref="PlacesMax"/>.</summary>
    public static bool TryAdd(JsonNumber left, JsonNumber right, out JsonNumber sum)
    {
        var exponent = Math.Min(left._exponent, right._exponent);
        var digits = left.DigitsAt(exponent) + right.DigitsAt(exponent);
        while (!digits.IsZero && digits.IsEven)
        {
            var tenth = BigInteger.DivRem(digits, 10, out var rest);
            if (!rest.IsZero)
                break;

            digits = tenth;
            exponent++;
        }

        sum = digits.IsZero ? default : new JsonNumber(digits, exponent);
        return exponent + CountOf(digits) <= PlacesMax;
    }

    /// <inheritdoc/>
    public int CompareTo(JsonNumber other)
    {
        if (_exponent == other._exponent || Sign != other.Sign)
            return Sign != other.Sign ? Sign.CompareTo(other.Sign) : _digits.CompareTo(other._digits);

        var exponent = Math.Min(_exponent, other._exponent);
        return DigitsAt(exponent).CompareTo(other.DigitsAt(exponent));
    }

    /// <inheritdoc/>
    public bool Equals(JsonNumber other) => _exponent == other._exponent && _digits == other._digits;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is JsonNumber other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _digits.GetHashCode() ^ _exponent;

    /// <summary>The number as a JSON token, the same for equal numbers: plain from 0.000001 up to 21 digits before the point, with an exponent beyond.</summary>
    public byte[] ToToken() => Encoding.ASCII.GetBytes(ToString());

    /// <inheritdoc cref="ToToken"/>
    public override string ToString()
    {
        if (_digits.IsZero)
            return "0";

        var sign = Sign < 0 ? "-" : "";
        var digits = BigInteger.Abs(_digits).ToString(CultureInfo.InvariantCulture);
        var places = digits.Length + _exponent;
        if (places > PlainPlacesMax || places <= -PlainZerosMax)
            return $"{sign}{digits[..1]}{(digits.Length > 1 ? "." : "")}{digits[1..]}e{(places > 0 ? "+" : "-")}{Math.Abs(places - 1)}";

        if (places <= 0)
            return $"{sign}0.{new string('0', -places)}{digits}";

        return _exponent >= 0 ? $"{sign}{digits}{new string('0', _exponent)}" : $"{sign}{digits[..places]}.{digits[places..]}";
    }

    private BigInteger DigitsAt(int exponent) => _exponent == exponent || _digits.IsZero ? _digits : _digits * BigInteger.Pow(10, _exponent - exponent);

    private static int CountOf(BigInteger digits)
    {
        digits = BigInteger.Abs(digits);
        return digits < 1_000_000_000 ? ((int)digits).ToString(CultureInfo.InvariantCulture).Length : digits.ToString(CultureInfo.InvariantCulture).Length;
    }

    /// <summary>An exponent too large to matter is as good as any other that is too large.</summary>
    private static long ExponentOf(ReadOnlySpan<byte> text)
    {
        var isNegative = text[0] == '-';
        long exponent = 0;
        foreach (var digit in text[0] is (byte)'-' or (byte)'+' ? text[1..] : text)
            exponent = Math.Min((exponent * 10) + digit - '0', 1_000_000_000_000);

        return isNegative ? -exponent : exponent;
    }

    private static BigInteger DigitsOf(ReadOnlySpan<byte> mantissa, int count)
    {
        if (count <= DigitsOfLongMax)
        {
            long value = 0;
            foreach (var digit in mantissa)
                value = digit == '.' ? value : (value * 10) + digit - '0';

            return value;
        }

        Span<char> digits = stackalloc char[count];
        var at = 0;
        foreach (var digit in mantissa)
        {
            if (digit != '.')
                digits[at++] = (char)digit;
        }

        return BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
    }
}

using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using RealTimeActors.Protocol.Json;

namespace RealTimeActors.Protocol.Tests.Json;

public sealed class JsonNumberTests
{
    [Theory]
    [InlineData("0", "0")]
    [InlineData("-0.000e999999999999", "0")]
    [InlineData("10.00", "10")]
    [InlineData("1.50", "1.5")]
    [InlineData("-0.05", "-0.05")]
    [InlineData("1e3", "1000")]
    [InlineData("1E+3", "1000")]
    [InlineData("120e-2", "1.2")]
    [InlineData("100e-400", "1e-398")]
    [InlineData("0.000001", "0.000001")]
    [InlineData("0.0000001", "1e-7")]
    [InlineData("12e20", "1.2e+21")]
    [InlineData("12e19", "120000000000000000000")]
    [InlineData("12345678901234567890.125", "12345678901234567890.125")]
    [InlineData("1e00000000000000000000000000000002", "100")]
    [InlineData("9e399", "9e+399")]
    public void Is_written_in_one_way(string token, string canonical) => Assert.Equal(canonical, Parsed(token).ToString());

    [Theory]
    [InlineData("1e400")]
    [InlineData("10e399")]
    [InlineData("1e-401")]
    [InlineData("1.5e-400")]
    [InlineData("1e99999999999999999999999999")]
    [InlineData("\"1\"")]
    [InlineData("null")]
    [InlineData("")]
    public void Is_none_where_it_is_none_or_too_long(string token) => Assert.False(JsonNumber.TryParse(Encoding.UTF8.GetBytes(token), out _));

    [Fact]
    public void A_sum_that_is_too_long_is_none()
    {
        Assert.False(JsonNumber.TryAdd(Parsed("9e399"), Parsed("1e399"), out _));
        Assert.True(JsonNumber.TryAdd(Parsed("9e399"), Parsed("-1e-400"), out var sum));
        Assert.True(sum.CompareTo(Parsed("9e399")) < 0);
    }

    [Fact]
    public void Agrees_with_decimal_where_that_is_exact()
    {
        var number = Gen.Choose(-1_000_000, 1_000_000).SelectMany(digits => Gen.Choose(-8, 6).Select(exponent => $"{digits}e{exponent}"));
        Prop.ForAll(Gen.Zip(number, number).ToArbitrary(), pair =>
        {
            var (left, right) = (Parsed(pair.Item1), Parsed(pair.Item2));
            var (leftPlain, rightPlain) = (Plain(pair.Item1), Plain(pair.Item2));
            Assert.True(JsonNumber.TryAdd(left, right, out var sum));

            Assert.Equal(leftPlain + rightPlain, Plain(sum.ToString()));
            Assert.Equal(leftPlain.CompareTo(rightPlain), left.CompareTo(right));
            Assert.Equal(leftPlain == rightPlain, left == right);
            Assert.Equal(left, Parsed(left.ToString()));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));
    }

    private static decimal Plain(string text) => decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    private static JsonNumber Parsed(string token)
    {
        Assert.True(JsonNumber.TryParse(Encoding.UTF8.GetBytes(token), out var number), token);
        return number;
    }
}

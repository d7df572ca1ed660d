using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using RealTimeActors.Protocol.Json;
using RealTimeActors.Protocol.Tests.Codecs;

namespace RealTimeActors.Protocol.Tests.Json;

public class JsonTextTests
{
    [Theory]
    [InlineData(" { \"a\" : 1 ,\t\"b c\" : [ 1 , 2 ,\r\n { } , [ ] ] } ", "{\"a\":1,\"b c\":[1,2,{},[]]}")]
    [InlineData("\" a \\\" b \\\\\"", "\" a \\\" b \\\\\"")]
    [InlineData("  1.50E+007 ", "1.50E+007")]
    [InlineData("{\"\\u0061\":\"\\ud83d\"}", "{\"\\u0061\":\"\\ud83d\"}")]
    [InlineData("123456789012345678901234567890e999", "123456789012345678901234567890e999")]
    [InlineData("null", "null")]
    public void Removes_white_space_outside_strings_and_leaves_tokens_alone(string text, string expected)
    {
        var isJson = JsonText.TryCompact(Encoding.UTF8.GetBytes(text), out var compact, out _);

        Assert.True(isJson);
        Assert.Equal(expected, Encoding.UTF8.GetString(compact!));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("{")]
    [InlineData("[1,]")]
    [InlineData("[,1]")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{a:1}")]
    [InlineData("{\"a\" 1}")]
    [InlineData("[1 2]")]
    [InlineData("[1}")]
    [InlineData("{\"a\":1]")]
    [InlineData("01")]
    [InlineData("-")]
    [InlineData("1.")]
    [InlineData(".5")]
    [InlineData("1e")]
    [InlineData("+1")]
    [InlineData("NaN")]
    [InlineData("truer")]
    [InlineData("nul")]
    [InlineData("'a'")]
    [InlineData("\"a")]
    [InlineData("\"\\x\"")]
    [InlineData("\"\\u12g4\"")]
    [InlineData("\"\\u12\"")]
    [InlineData("\"\\\"")]
    [InlineData("\"a\nb\"")]
    [InlineData("1 2")]
    [InlineData("{} {}")]
    [InlineData("// comment\n1")]
    [InlineData("\ufeff1")]
    public void Refuses_what_is_no_JSON_and_says_why(string text)
    {
        var isJson = JsonText.TryCompact(Encoding.UTF8.GetBytes(text), out _, out var error);

        Assert.False(isJson);
        Assert.NotEmpty(error!);
    }

    [Theory]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("{\"a\":1,\"\\u0061\":2}")]
    [InlineData("[{\"x\":{\"b\":1,\"c\":2,\"b\":3}}]")]
    [InlineData("{\"\":1,\"\":2}")]
    [InlineData("{\"\\ud83d\":1,\"\\uD83D\":2}")]
    public void Refuses_a_name_that_comes_twice_in_one_object(string text)
    {
        Assert.False(JsonText.TryCompact(Encoding.UTF8.GetBytes(text), out _, out var error));

        Assert.Contains("twice", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Finds_a_repeated_name_among_thousands_wherever_it_is()
    {
        foreach (var count in new[] { 15, 16, 17, 18, 100, 5000 })
        {
            var names = Enumerable.Range(0, count).Select(i => $"\"n{i * 7919 % count}\":0").ToList();
            Assert.True(JsonText.TryCompact(Encoding.UTF8.GetBytes($"{{{string.Join(',', names)}}}"), out _, out _));

            foreach (var twice in new[] { 0, count / 2, count - 1 })
            {
                List<string> more = [.. names, names[twice]];
                Assert.False(JsonText.TryCompact(Encoding.UTF8.GetBytes($"{{{string.Join(',', more)}}}"), out _, out _));
            }
        }
    }

    [Fact]
    public void Names_of_other_objects_do_not_count_as_repeated()
    {
        var text = """{"a":{"a":{"a":1},"b":1},"b":[{"a":1},{"a":1}]}"""u8;

        Assert.True(JsonText.TryCompact(text, out var compact, out _));

        Assert.Equal(text, compact);
    }

    [Fact]
    public void Takes_a_depth_of_32_and_refuses_33()
    {
        Assert.True(JsonText.TryCompact(Nested(32, "[", "]"), out _, out _));
        Assert.True(JsonText.TryCompact(Nested(32, "{\"a\":", "}"), out _, out _));

        Assert.False(JsonText.TryCompact(Nested(33, "[", "]"), out _, out var error));
        Assert.False(JsonText.TryCompact(Nested(33, "{\"a\":", "}"), out _, out _));
        Assert.Contains("32", error, StringComparison.Ordinal);

        static byte[] Nested(int depth, string open, string close)
            => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(open, depth)) + "1" + string.Concat(Enumerable.Repeat(close, depth)));
    }

    [Fact]
    public void Refuses_bytes_that_are_not_UTF8()
    {
        Assert.False(JsonText.TryCompact([(byte)'"', 0xC3, (byte)'"'], out _, out var error));

        Assert.Contains("UTF-8", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_compact_value_stays_as_it_is()
    {
        for (var seed = 0; seed < 2000; seed++)
        {
            var value = new RandomFrames(seed).Json();

            Assert.True(JsonText.TryCompact(value, out var compact, out var error), error);

            Assert.Equal(value, compact);
        }
    }

    [Fact]
    public void Agrees_with_the_parser_of_the_framework_on_what_is_JSON()
    {
        // Texts a few bytes away from JSON: the places where parsers differ.
        var random = new Random(4711);
        var alphabet = "{}[]:,\"\\ \n\t0123456789.-+eEutrfalsn/bx\u00e9"u8.ToArray();
        var accepted = 0;
        for (var seed = 0; seed < 60_000; seed++)
        {
            var text = new RandomFrames(seed % 3000).Json();
            for (var changes = random.Next(3); changes > 0; changes--)
                text[random.Next(text.Length)] = alphabet[random.Next(alphabet.Length)];

            var isJson = JsonText.TryCompact(text, out var compact, out _);

            Assert.True(isJson == FrameworkTakes(text), Encoding.UTF8.GetString(text));
            if (!isJson)
                continue;

            accepted++;
            Assert.True(JsonText.TryCompact(compact, out var again, out _));
            Assert.Equal(compact, again);
            Assert.Equal(Tokens(text), Tokens(compact!));
        }

        Assert.InRange(accepted, 1000, 59_000);
    }

    [Fact]
    public void Many_names_chosen_by_an_attacker_cost_no_more_than_others()
    {
        // 12,000 names in 64 KiB in one object, and the same names in objects of ten; compared pair by pair the former would take a thousand times as long.
        string[] names = [.. Enumerable.Range(0, 12_000).Select(i => $"\"{(char)('a' + (i / 676 % 26))}{(char)('a' + (i / 26 % 26))}{(char)('a' + (i % 26))}\":0")];
        var one = Encoding.UTF8.GetBytes($"{{{string.Join(',', names)}}}");
        var many = Encoding.UTF8.GetBytes($"[{string.Join(',', names.Chunk(10).Select(few => $"{{{string.Join(',', few)}}}"))}]");

        var (chosen, usual) = (ShortestOf(one), ShortestOf(many));

        Assert.True(chosen < 100 * usual, $"{chosen} for one object, {usual} for many.");
    }

    /// <summary>The shortest of several: others use this machine, too.</summary>
    private static TimeSpan ShortestOf(byte[] text) => Enumerable.Range(0, 20).Min(_ =>
    {
        var begin = Stopwatch.GetTimestamp();
        Assert.True(JsonText.TryCompact(text, out var _, out var _));
        return Stopwatch.GetElapsedTime(begin);
    });

    private static List<string> Tokens(byte[] text)
    {
        var tokens = new List<string>();
        for (var reader = new Utf8JsonReader(text); reader.Read();)
            tokens.Add($"{reader.TokenType} {Encoding.UTF8.GetString(reader.ValueSpan)}");

        return tokens;
    }

    private static bool FrameworkTakes(byte[] text)
    {
        // It does not look into strings until they are read.
        if (!Utf8.IsValid(text))
            return false;

        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 32, AllowDuplicateProperties = false });
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // It cannot compare names with half a surrogate pair; ours can.
            return e is InvalidOperationException && JsonText.TryCompact(text, out _, out _);
        }
    }
}

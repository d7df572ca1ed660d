using System.Text;

namespace RealTimeActors.Protocol.Tests.Codecs;

/// <summary>The values that frames are filled with.</summary>
internal sealed partial class RandomFrames
{
    private void AppendJson(StringBuilder json, int depth)
    {
        switch (_random.Next(depth > 4 ? 5 : 7))
        {
            case 0:
                json.Append(Pick("true", "false", "null"));
                break;
            case 1 or 2:
                json.Append(Pick("0", "-1", "12.50", "1e999", "-0.0E-7", "123456789012345678901234567890"));
                break;
            case 3 or 4:
                json.Append(Pick("\"\"", "\"a b\"", "\"\\u0041\\n\"", "\"\\ud83d\"", "\"ö{[,\\\"\""));
                break;
            case 5:
                json.Append('[');
                for (var i = _random.Next(4); i > 0; i--)
                {
                    AppendJson(json, depth + 1);
                    if (i > 1)
                        json.Append(',');
                }

                json.Append(']');
                break;
            default:
                json.Append('{');
                for (var i = _random.Next(_random.Next(10) == 0 ? 40 : 4); i > 0; i--)
                {
                    json.Append('"').Append(Pick("a", "\\u0061b", "ß")).Append(i).Append("\":");
                    AppendJson(json, depth + 1);
                    if (i > 1)
                        json.Append(',');
                }

                json.Append('}');
                break;
        }
    }

    private long Id() => Coin() ? Number(1) : 0;

    private long Number(long least) => Math.Max(least, _random.Next(4) switch
    {
        0 => _random.Next(3),
        1 => _random.Next(100_000),
        2 => Limits.IntegerMax - _random.Next(3),
        _ => _random.NextInt64(Limits.IntegerMax),
    });

    private long Time() => _random.NextInt64(-62_135_596_800_000, 253_402_300_799_999);

    private long? OptionalNumber(long least) => Coin() ? Number(least) : null;

    private long? OptionalUpTo(int most) => Coin() ? _random.Next(3) == 0 ? most : _random.Next(1, most) : null;

    /// <summary>Text no longer than a name may be.</summary>
    private string Name()
    {
        var name = Text();
        while (Encoding.UTF8.GetByteCount(name) > Limits.NameBytesMax)
            name = Text();

        return name;
    }

    private string? OptionalText() => Coin() ? Text() : null;

    private string Pick(params string[] words) => words[_random.Next(words.Length)];

    private bool Coin() => _random.Next(2) == 0;
}
